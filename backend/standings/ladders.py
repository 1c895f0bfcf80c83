"""A large board counted rung by rung, as SQL: what a rung is, and how many lines stand on better ones.

A rung holds the lines of one number of right answers that were handed in within one step of time. Lines are moved from
rung to rung by changes, noted in the transaction that writes the line; rungs plus changes are exact in any snapshot.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from backend.standings.enums import PlacesState
from backend.standings.ordering import EXPRESSIONS, Board

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BEFORE_ALL = -1  # no line was handed in before 1970


def rung_of(row: str, *, ladder: str) -> str:
    """Return the two expressions that name the rung of a line: ascending is better. `row` and `ladder` are aliases."""
    return (
        f"({row}.correct_count * -1)::smallint, (extract(epoch FROM {row}.submitted_at) * 1000000)::bigint"
        f" / {ladder}.width"
    )


@dataclass(frozen=True, slots=True)
class Rungs:
    """A ladder that can be read in the caller's snapshot."""

    ladder_id: int
    width: int

    def step_at(self, instant: datetime) -> int:
        """Return the step in which something was handed in."""
        return (instant - _EPOCH) // _MICROSECOND // self.width

    def begin_of(self, step: int) -> datetime:
        """Return the first instant of a step."""
        return _EPOCH + timedelta(microseconds=step * self.width)


# Places are told where they were stored by the very comparisons, and for the very number to be predicted.
_FIND = f"""
SELECT l.id, l.width, l.is_ready, p.rank, p.position, p.tied_count
FROM standings_ladder AS l
LEFT JOIN standings_place AS p
  ON p.ladder_id = l.id AND p.attempt_id = %(attempt)s AND l.places = '{PlacesState.READY}'
 AND l.chain = %(chain)s::varchar[] AND l.actual IS NOT DISTINCT FROM %(actual)s::bigint
WHERE l.round_id = %(round)s AND l.key_version = %(key_version)s
  AND l.edition_id IS NOT DISTINCT FROM %(edition)s::bigint
"""  # noqa: S608  # built from constants alone
_BETTER = """
SELECT coalesce(sum(rung.line_count), 0)::bigint FROM (
    SELECT line_count FROM standings_rung WHERE ladder_id = %(ladder)s AND (lead, step) < (%(lead)s, %(step)s)
    UNION ALL
    SELECT line_count FROM standings_rungchange WHERE ladder_id = %(ladder)s AND (lead, step) < (%(lead)s, %(step)s)
) AS rung
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its rank, its place in the listing, and how many share its rank."""

    rank: int
    position: int
    tied_count: int


@dataclass(frozen=True, slots=True)
class Better:
    """How many lines stand on better rungs, and the condition of those on the same one, which are left to count."""

    line_count: int
    same_rung: str
    params: dict[str, Any]


def find_before(board: Board, keys: tuple[Any, ...], *, attempt_id: int) -> Place | Better | None:
    """Return what is stored of the lines before one with these keys: its place, or how many stand on better rungs.

    None where there is neither. Ladders are of boards of rounds; rungs serve chains that begin with right answers.
    """
    if board.unit is not None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {**board.params, "attempt": attempt_id, "chain": list(board.names)})
        found = cursor.fetchone()
        if found is None:
            return None
        ladder_id, width, is_ready, *place = found
        if place[0] is not None:
            return Place(*place)
        if not is_ready or board.names[:1] != ("correct",):
            return None
        rungs, lead = Rungs(ladder_id, width), keys[0]
        params: dict[str, Any] = {"lead": lead, "step": _BEFORE_ALL}
        same_rung = f"{EXPRESSIONS['correct']} = %(lead)s"
        if board.names[1:2] == ("earliest",):
            params["step"] = rungs.step_at(keys[1])
            params["since"], params["until"] = rungs.begin_of(params["step"]), keys[1]
            # Both ends: the comparison of whole keys alone would read the index to the end of its right answers.
            same_rung += f" AND {EXPRESSIONS['earliest']} BETWEEN %(since)s AND %(until)s"
        cursor.execute(_BETTER, {**params, "ladder": rungs.ladder_id})
        return Better(cursor.fetchone()[0], same_rung, params)
