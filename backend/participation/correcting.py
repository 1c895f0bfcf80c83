"""Correct the counts where attempts stop counting or count again: the person's facts are taken back and told anew.

Never adds or subtracts by cases: both sides are the recount's own facts, so the sum is what a recount would find.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from backend.participation.folding import facts
from backend.results.counting import COUNTED

# Everything these persons have in the contest, under every version of the keys that is not on its way out.
_THEIRS = """r.contest_id = %(contest)s AND r.person_id = ANY(%(persons)s)
AND r.key_version NOT IN (SELECT target_key_version FROM results_regrade
                          WHERE contest_id = %(contest)s AND state = 'cancelled')"""
# Results are found by attempt: of persons they have no index without a version.
_RESULTS = f"{_THEIRS} AND r.attempt_id IN (SELECT id FROM attempts_attempt WHERE person_id = ANY(%(persons)s))"  # noqa: S608
_NOW = f"{_RESULTS} AND {COUNTED}"
# Whether these attempts count has just been turned over, so before it was the other way round.
_BEFORE = f"{_RESULTS} AND {COUNTED} <> (r.attempt_id = ANY(%(attempts)s))"
_WHERE_AND_WHEN = "contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour"
_COUNTS = ("entries", "people", "all_correct", "contest_people", "contest_all_correct")

_PERSONS = "SELECT array_agg(DISTINCT person_id) FROM attempts_attempt WHERE id = ANY(%(attempts)s)"
_EVENTS = f"""
INSERT INTO participation_statevent ({_WHERE_AND_WHEN}, {", ".join(_COUNTS)})
SELECT {_WHERE_AND_WHEN}, {", ".join(f"sum(sign * {name})" for name in _COUNTS)}
FROM (SELECT -1 AS sign, before.* FROM ({facts(_BEFORE)}) AS before
      UNION ALL SELECT 1, now.* FROM ({facts(_NOW)}) AS now) AS change
GROUP BY {_WHERE_AND_WHEN}
HAVING {" OR ".join(f"sum(sign * {name}) <> 0" for name in _COUNTS)}
"""  # noqa: S608  # built from constants alone
_IN_ROUNDS = _THEIRS.replace("r.contest_id", "o.contest_id")
_FORGET = (
    f"DELETE FROM participation_participant AS r USING contests_round AS o WHERE o.id = r.round_id AND {_IN_ROUNDS}",  # noqa: S608
    f"DELETE FROM participation_contestparticipant AS r WHERE {_THEIRS}",  # noqa: S608
)
_TELL = """
INSERT INTO {table} ({scope}, key_version, person_id, first_result_id, is_all_correct,
                     territory_id, party_id, workplace_id)
SELECT DISTINCT ON ({scope}, key_version, person_id)
       {scope}, key_version, person_id, id, bool_or(is_all_correct) OVER (PARTITION BY {scope}, key_version, person_id),
       territory_id, party_id, workplace_id
FROM results_result AS r WHERE {condition}
ORDER BY {scope}, key_version, person_id, id
"""
_PARTICIPANTS = (
    _TELL.format(table="participation_participant", scope="round_id", condition=_NOW),
    _TELL.format(table="participation_contestparticipant", scope="contest_id", condition=_NOW),
)


@transaction.atomic
def correct_participation(*, contest_id: int, attempt_ids: Sequence[int]) -> None:
    """Take back what the persons of these attempts added and tell it anew, with or without the attempts.

    The caller keeps everybody else from recording results of the contest.
    """
    values: dict[str, Any] = {"contest": contest_id, "attempts": list(attempt_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, values)
        values["persons"] = cursor.fetchone()[0]
        for statement in (_EVENTS, *_FORGET, *_PARTICIPANTS):
            cursor.execute(statement, values)
