"""Which essays there are to mark, how many wait for whom, and which one a marker gets next.

An essay can be marked where its round has closed, its attempt has ended and is not voided, and something was written.
Where the text was erased afterwards the marks there are decide: it counts as marked, and is handed to nobody.
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
from backend.infra.reading import widen_timeout
from backend.results.essays import STANDING, TIMEOUT_S, VOID, standing_values

_VOID = VOID.format(attempt="t.id")
# Essays close the paper. The rounds stand in the text, so that their partitions alone are read.
_ANSWERED = f"""
SELECT t.id AS attempt_id, t.round_id, t.person_id, n.item, (n.text ~ '\\S') IS TRUE AS is_written
FROM attempts_attempt AS t
JOIN attempts_answer AS n ON n.round_id = t.round_id AND n.attempt_id = t.id
 AND n.item > jsonb_array_length(t.paper) - %(count)s
WHERE t.round_id = ANY(%(rounds)s) AND n.round_id = ANY(%(rounds)s) AND t.state <> %(open)s AND NOT {_VOID}
"""  # noqa: S608  # built from constants alone
_WRITTEN = f"{_ANSWERED} AND n.text ~ '\\S'"
_COUNTS = f"""
SELECT w.round_id, count(*), count(*) FILTER (WHERE NOT w.is_marked),
       count(*) FILTER (WHERE w.waits = '{Turn.SECOND}'),
       count(*) FILTER (WHERE w.waits = '{Turn.THIRD}'),
       count(*) FILTER (WHERE w.is_marked AND w.waits IS NULL),
       count(*) FILTER (WHERE w.is_new AND w.waits IS NULL)
FROM (
    SELECT n.round_id, standing.is_new, standing.attempt_id IS NOT NULL AS is_marked,
           CASE WHEN n.is_written THEN standing.waits END AS waits
    FROM ({_ANSWERED}) AS n LEFT JOIN ({STANDING}) AS standing USING (attempt_id, item)
    WHERE n.is_written OR standing.attempt_id IS NOT NULL
) AS w
GROUP BY w.round_id
"""  # noqa: S608  # built from constants alone
_ENDED = f"""
SELECT t.round_id, count(*) FROM attempts_attempt AS t
WHERE t.round_id = ANY(%(rounds)s) AND t.state <> %(open)s AND NOT {_VOID} GROUP BY t.round_id
"""  # noqa: S608  # built from constants alone
# By the questions with a key, in bands: so wide that the place in one names nobody, the leader of a board least of all.
# By attempts, of which each has as many essays.
_BANDS = f"""
SELECT *, CASE WHEN place <= greatest(%(band)s, 0.05 * total) THEN 1
               WHEN place <= greatest(2 * %(band)s, 0.25 * total) THEN 2 ELSE 3 END AS band
FROM (
    SELECT n.*, rank() OVER (PARTITION BY n.round_id ORDER BY r.correct_count DESC NULLS LAST) AS place,
           count(*) OVER (PARTITION BY n.round_id) AS total
    FROM ({_WRITTEN}) AS n
    LEFT JOIN results_result AS r ON r.attempt_id = n.attempt_id AND r.key_version = %(key_version)s
) AS placed
"""  # noqa: S608  # built from constants alone
_UNPLACED = f"SELECT *, 1 AS band FROM ({_WRITTEN}) AS n"  # noqa: S608  # built from constants alone
# What somebody else has in hand comes last. Then the best, if asked for; what another has marked already; and an order
# that tells nothing.
_NEXT = f"""
SELECT w.attempt_id, w.item, coalesce(h.holder_id <> %(marker)s AND h.held_until > %(now)s, false) AS is_held
FROM ({{essays}}) AS w
LEFT JOIN ({STANDING}) AS standing USING (attempt_id, item)
LEFT JOIN results_essaysheet AS h USING (attempt_id, item)
WHERE w.person_id <> %(marker)s AND (standing.attempt_id IS NULL OR standing.waits IS NOT NULL)
  AND NOT %(marker)s = ANY(coalesce(standing.markers, '{{{{}}}}'))
ORDER BY is_held, w.band, coalesce(cardinality(standing.markers), 0) DESC, md5(w.attempt_id || ':' || w.item)
LIMIT %(limit)s
"""  # noqa: S608  # built from constants alone
# So many people's essays are in a band, where there are so many.
BAND_LEAST = 20
# So many are looked for at once: the look through all of them is what costs.
PAGE = 20


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
    """An essay that a marker may get. `is_held`: somebody else has it in hand."""

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


def count_written(contest: Contest, essay: Essay, *, now: datetime) -> int:
    """Count the essays of closed rounds that have a text, or marks and had one."""
    with transaction.atomic():
        widen_timeout(TIMEOUT_S)
        return sum(one.essays - one.empty for one in count_essays(contest, essay, now=now).values())


def closed_rounds(contest: Contest, *, now: datetime) -> list[Round]:
    """Return the contest's rounds that have closed, in order."""
    rounds = Round.objects.filter(contest=contest).order_by("number")
    return [one for one in rounds if round_state(one, now=now) is RoundState.CLOSED]


def find_candidates(
    contest: Contest, essay: Essay, *, marker_id: int, rounds: Collection[int], best_first: bool, now: datetime
) -> list[Candidate]:
    """Return the essays that a marker should get of these closed rounds, next first; none where nothing is left.

    Whether one still waits is to be asked again once it is held: others mark meanwhile.
    """
    values = {
        **_values(contest, essay, rounds),
        "marker": marker_id,
        "key_version": contest.key_version,
        "band": BAND_LEAST * essay.count,
        "now": now,
        "limit": PAGE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        widen_timeout(TIMEOUT_S)
        cursor.execute(_NEXT.format(essays=_BANDS if best_first else _UNPLACED), values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _values(contest: Contest, essay: Essay, rounds: Collection[int]) -> dict[str, Any]:
    return {
        **standing_values(contest.pk, essay),
        "count": essay.count,
        "rounds": list(rounds),
        "open": AttemptState.OPEN.value,
    }
