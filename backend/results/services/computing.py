"""Score aside: take persons over into the target version, batch by batch. A crash undoes a batch, never more.

A batch holds all results of its persons, so each person stands under the target either wholly or not at all.
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from backend.contests.queries import rulebook_in_play
from backend.core.scoring import is_correct
from backend.infra import events
from backend.results.enums import Move, RegradeState
from backend.results.events import ResultsRecorded
from backend.results.keys import effective_keys
from backend.results.models import Regrade, RegradeChange, Result
from backend.results.pointers import hold_alone
from backend.results.services.clearing import clear_cancelled
from backend.results.services.stepping import lock_regrade, move

# Recording of the contest waits for a batch: it has to stay well below the lock timeout.
BATCH = 1500

_CUT = """
SELECT max(person_id) FROM (
    SELECT person_id FROM results_result
    WHERE contest_id = %(contest)s AND key_version = %(base)s AND person_id > %(after)s
    ORDER BY person_id LIMIT %(limit)s
) AS next
"""
_THESE = (
    "r.contest_id = %(contest)s AND r.key_version = %(base)s AND r.person_id > %(after)s AND r.person_id <= %(upto)s"
)
# The places of the changed questions on these persons' papers, with what was chosen there.
_TOUCHED = f"""
SELECT r.attempt_id, place.number, (place.item ->> 0)::bigint,
       ARRAY(SELECT jsonb_array_elements_text(place.item -> 1)::int), a.choice
FROM results_result AS r
JOIN attempts_attempt AS t ON t.id = r.attempt_id
CROSS JOIN LATERAL jsonb_array_elements(t.paper) WITH ORDINALITY AS place (item, number)
LEFT JOIN attempts_answer AS a
       ON a.round_id = r.round_id AND a.attempt_id = r.attempt_id AND a.item = place.number
WHERE {_THESE} AND (place.item ->> 0)::bigint = ANY(%(versions)s)
"""  # noqa: S608  # built from constants alone
_COPIED = (
    "person_id, contest_id, round_id, item_count, used_ms, prediction, submitted_at, territory_id, party_id, "
    "workplace_id"
)
# Where every right item has full marks, points are NULL, and NULL they stay.
# In the order of the originals: a person's first result keeps the lowest id, which is what "first" goes by.
_TAKE_OVER = f"""
INSERT INTO results_result (attempt_id, key_version, {_COPIED}, correct_count, is_all_correct, points)
SELECT r.attempt_id, %(target)s, {", ".join(f"r.{name.strip()}" for name in _COPIED.split(","))},
       r.correct_count + coalesce(d.delta, 0),
       r.item_count > 0 AND r.correct_count + coalesce(d.delta, 0) = r.item_count,
       r.points + coalesce(d.points, 0)
FROM results_result AS r
LEFT JOIN unnest(%(attempts)s::bigint[], %(deltas)s::int[], %(points)s::int[]) AS d (attempt_id, delta, points)
  ON d.attempt_id = r.attempt_id
WHERE {_THESE}
ORDER BY r.id
RETURNING id
"""  # noqa: S608  # built from constants alone


def advance_regrades(*, budget_s: float, now: datetime) -> bool:
    """Work on what is being computed or waits to be cleared until nothing is left, or the time is used up.

    Return whether nothing is left. Safe to be called by any number of workers, at any time, again after a crash.
    """
    stop_at = time.monotonic() + budget_s
    for pk in Regrade.objects.filter(state=RegradeState.COMPUTING).order_by("pk").values_list("pk", flat=True):
        while compute_batch(regrade_id=pk, now=now):
            if time.monotonic() > stop_at:
                return False
    cancelled = Regrade.objects.filter(state=RegradeState.CANCELLED, cleared_at=None).order_by("pk")
    for pk in cancelled.values_list("pk", flat=True):
        while clear_cancelled(regrade_id=pk, now=now):
            if time.monotonic() > stop_at:
                return False
    return True


@transaction.atomic
def compute_batch(*, regrade_id: int, now: datetime, limit: int = BATCH) -> bool:
    """Take the next persons over, with some `limit` results; return whether there may be more to do."""
    regrade = lock_regrade(regrade_id)
    if regrade.state != RegradeState.COMPUTING:
        return False
    # Nobody is recording now: what these persons have ended is there, and what they end later is written under both.
    hold_alone(regrade.contest_id)
    values = {
        "contest": regrade.contest_id,
        "base": regrade.base_key_version,
        "target": regrade.target_key_version,
        "after": regrade.cursor_person_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CUT, values)
        values["upto"] = cursor.fetchone()[0]
        if values["upto"] is None:
            move(regrade, Move.FINISH, actor=None, now=now, computed_at=now)
            return False
        deltas = _deltas(regrade, values)
        changes = {
            "attempts": list(deltas),
            "deltas": [delta.correct for delta in deltas.values()],
            "points": [delta.points for delta in deltas.values()],
        }
        cursor.execute(_TAKE_OVER, {**values, **changes})
        result_ids = [row[0] for row in cursor.fetchall()]
    # Voided attempts are taken over, so that they can be reinstated, and counted nowhere.
    counted = Result.objects.counted().filter(pk__in=result_ids).order_by("pk").values_list("pk", flat=True)
    events.publish(ResultsRecorded(tuple(counted)))
    regrade.cursor_person_id = values["upto"]
    regrade.done_count += len(result_ids)
    regrade.save(update_fields=["cursor_person_id", "done_count"])
    return True


@dataclass(slots=True)
class _Delta:
    """By how much an attempt is worth more, or less, under the new keys: right answers, and points."""

    correct: int = 0
    points: int = 0


def _deltas(regrade: Regrade, values: dict[str, int]) -> dict[int, _Delta]:
    """Return what changes, by attempt whose paper holds a changed question."""
    rule = rulebook_in_play(regrade.contest_id).scoring_rule
    versions = list(RegradeChange.objects.filter(regrade=regrade).values_list("version_id", flat=True))
    old, new = (
        effective_keys(contest_id=regrade.contest_id, key_version=number, version_ids=versions)
        for number in (regrade.base_key_version, regrade.target_key_version)
    )
    deltas: defaultdict[int, _Delta] = defaultdict(_Delta)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {**values, "versions": versions})
        for attempt_id, place, version_id, order, choice in cursor.fetchall():
            for keys, sign in ((new, 1), (old, -1)):
                item, chosen = keys[version_id].judge(place, order, choice, rule)
                deltas[attempt_id].correct += sign * is_correct(item, chosen)
                deltas[attempt_id].points += sign * rule.points(item, chosen)
    return dict(deltas)
