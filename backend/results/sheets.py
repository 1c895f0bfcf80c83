"""Which essays there are to mark, how many wait for whom, and which one a marker gets next.

An essay can be marked where its round has closed, its attempt has ended and is not voided, and something was written.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from backend.attempts.enums import AttemptState
from backend.contests.enums import RoundState
from backend.contests.models import Contest, Round
from backend.contests.queries import round_state
from backend.core.rules.essays import Essay, Turn
from backend.results.essays import STANDING, standing_values

# All essays are looked through, some eight seconds for a million; people wait for it knowingly.
TIMEOUT_S = 30
_VOID = "EXISTS (SELECT 1 FROM results_voidedattempt AS v WHERE v.attempt_id = t.id AND v.is_in_force)"
# Essays close the paper. The rounds stand in the text, so that their partitions alone are read.
_WRITTEN = f"""
SELECT t.id AS attempt_id, t.round_id, t.person_id, n.item
FROM attempts_attempt AS t
JOIN attempts_answer AS n ON n.round_id = t.round_id AND n.attempt_id = t.id
 AND n.item > jsonb_array_length(t.paper) - %(count)s
WHERE t.round_id = ANY(%(rounds)s) AND n.round_id = ANY(%(rounds)s) AND t.state <> %(open)s AND NOT {_VOID}
  AND n.text ~ '\\S'
"""  # noqa: S608  # built from constants alone
_COUNTS = f"""
SELECT w.round_id, count(*), count(*) FILTER (WHERE standing.attempt_id IS NULL),
       count(*) FILTER (WHERE standing.waits = '{Turn.SECOND}'),
       count(*) FILTER (WHERE standing.waits = '{Turn.THIRD}'),
       count(*) FILTER (WHERE standing.attempt_id IS NOT NULL AND standing.waits IS NULL),
       count(*) FILTER (WHERE standing.is_new AND standing.waits IS NULL)
FROM ({_WRITTEN}) AS w LEFT JOIN ({STANDING}) AS standing USING (attempt_id, item)
GROUP BY w.round_id
"""  # noqa: S608  # built from constants alone
_ENDED = f"""
SELECT t.round_id, count(*) FROM attempts_attempt AS t
WHERE t.round_id = ANY(%(rounds)s) AND t.state <> %(open)s AND NOT {_VOID} GROUP BY t.round_id
"""  # noqa: S608  # built from constants alone
# What somebody else has in hand comes last. Then what the marker began; the best by the questions with a key, if asked
# for; what another has marked already; and an order that tells nothing.
_NEXT = f"""
SELECT w.attempt_id, w.item, coalesce(h.holder_id <> %(marker)s AND h.held_until > %(now)s, false) AS is_held
FROM ({_WRITTEN}) AS w
LEFT JOIN ({STANDING}) AS standing USING (attempt_id, item)
LEFT JOIN results_essaysheet AS h USING (attempt_id, item)
LEFT JOIN results_result AS r ON r.attempt_id = w.attempt_id AND r.key_version = %(key_version)s
WHERE w.person_id <> %(marker)s AND (standing.attempt_id IS NULL OR standing.waits IS NOT NULL)
  AND NOT %(marker)s = ANY(coalesce(standing.markers, '{{}}'))
ORDER BY is_held, (h.holder_id = %(marker)s AND h.held_until > %(now)s) IS NOT TRUE,
         CASE WHEN %(best)s THEN -r.correct_count END, coalesce(cardinality(standing.markers), 0) DESC,
         md5(w.attempt_id || ':' || w.item)
LIMIT 1
"""  # noqa: S608  # built from constants alone


@dataclass(frozen=True, slots=True)
class EssayCounts:
    """How a round's essays stand. All of them: `empty` are worth nothing, the others lie in one of the four next.

    `entering` are those of the marked ones whose marks would enter with a set proposed now.
    """

    essays: int = 0
    empty: int = 0
    unmarked: int = 0
    second: int = 0
    third: int = 0
    marked: int = 0
    entering: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An essay that a marker may get. `is_held`: somebody else has it in hand, and all the others, too."""

    attempt_id: int
    item: int
    is_held: bool


def count_essays(contest: Contest, essay: Essay, *, now: datetime) -> dict[int, EssayCounts]:
    """Count the essays of every round that has closed, by round id."""
    rounds = closed_rounds(contest, now=now)
    if not rounds:
        return {}
    values = _values(contest, essay, [one.pk for one in rounds])
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, values)
        ended = dict(cursor.fetchall())
        cursor.execute(_COUNTS, values)
        written = {row[0]: row[1:] for row in cursor.fetchall()}
    return {one.pk: _counts(ended.get(one.pk, 0) * essay.count, written.get(one.pk)) for one in rounds}


def _counts(essays: int, written: tuple[int, ...] | None) -> EssayCounts:
    if written is None:
        return EssayCounts(essays=essays, empty=essays)
    total, unmarked, second, third, marked, entering = written
    return EssayCounts(essays, essays - total, unmarked, second, third, marked, entering)


def closed_rounds(contest: Contest, *, now: datetime) -> list[Round]:
    """Return the contest's rounds that have closed, in order."""
    rounds = Round.objects.filter(contest=contest).order_by("number")
    return [one for one in rounds if round_state(one, now=now) is RoundState.CLOSED]


def find_next(
    contest: Contest, essay: Essay, *, marker_id: int, rounds: Collection[int], best_first: bool, now: datetime
) -> Candidate | None:
    """Return the essay that a marker should get of these closed rounds; None where nothing is left for them."""
    values = {
        **_values(contest, essay, rounds),
        "marker": marker_id,
        "key_version": contest.key_version,
        "best": best_first,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute(_NEXT, values)
        row = cursor.fetchone()
    return None if row is None else Candidate(*row)


def _values(contest: Contest, essay: Essay, rounds: Collection[int]) -> dict[str, Any]:
    return {
        **standing_values(contest.pk, essay),
        "count": essay.count,
        "rounds": list(rounds),
        "open": AttemptState.OPEN.value,
    }
