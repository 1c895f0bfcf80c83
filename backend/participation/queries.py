"""Read the three counts: counters plus what still waits, so that they are exact whether or not anybody drains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from backend.contests.models import Contest, Round
from backend.infra import outbox
from backend.infra.outbox import OutboxState
from backend.infra.reading import one_snapshot
from backend.participation.enums import CountedFacet
from backend.participation.folding import LIVE
from backend.participation.models import StatEvent
from backend.units.models import Unit


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries (lượt), people (người), all correct (hoàn thành đúng hết): always told together."""

    entries: int = 0
    people: int = 0
    all_correct: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.entries + other.entries, self.people + other.people, self.all_correct + other.all_correct)


@dataclass(frozen=True, slots=True)
class Totals:
    """The three counts of a whole round or contest, and the instant up to which they are complete.

    `all_correct` None means that it is not told yet.
    """

    people: int
    entries: int
    all_correct: int | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """A round, or a whole contest where `round_id` is None, under the keys in force."""

    contest_id: int
    round_id: int | None
    key_version: int

    @classmethod
    def of(cls, subject: Contest | Round) -> "Scope":
        if isinstance(subject, Round):
            return cls(subject.contest_id, subject.pk, subject.contest.key_version)
        return cls(subject.pk, None, subject.key_version)


_SUMS = "coalesce(sum(entries), 0)::bigint, coalesce(sum(people), 0)::bigint, coalesce(sum(all_correct), 0)::bigint"
_IN_SCOPE = """contest_id = %(contest)s AND key_version = %(key_version)s
AND round_id IS NOT DISTINCT FROM %(round)s::bigint AND facet = %(facet)s"""
_TOTALS = f"""
SELECT live.{{scope}}, {_SUMS} FROM ({LIVE}) AS live
JOIN contests_contest AS c ON c.id = live.contest_id AND c.key_version = live.key_version
WHERE live.facet = 'all' AND live.{{scope}} = ANY(%s) {{extra}} GROUP BY 1
"""  # noqa: S608  # built from constants alone


def totals_for_rounds(ids: Sequence[int], *, now: datetime) -> dict[int, Totals]:
    """Return the totals of each round by its id; zeros where nobody took part."""
    return _totals(_TOTALS.format(scope="round_id", extra=""), ids, now=now)


def totals_for_contests(ids: Sequence[int], *, now: datetime) -> dict[int, Totals]:
    """Return the totals of each contest by its id, people counted once however many rounds they took."""
    return _totals(_TOTALS.format(scope="contest_id", extra="AND live.round_id IS NULL"), ids, now=now)


def _totals(query: str, ids: Sequence[int], *, now: datetime) -> dict[int, Totals]:
    with one_snapshot() as stamp, connection.cursor() as cursor:
        cursor.execute(query, [list(ids)])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    as_of = min(stamp.as_of, now)
    return {pk: _as_totals(found.get(pk, (0, 0, 0)), as_of) for pk in ids}


def _as_totals(row: tuple[int, int, int], as_of: datetime) -> Totals:
    return Totals(entries=row[0], people=row[1], all_correct=row[2], as_of=as_of)


def count_all(scope: Scope) -> Counts:
    """Return the three counts of the whole scope, in the caller's snapshot."""
    return sum(count_by_unit(scope, facet=CountedFacet.ALL).values(), Counts())


def count_by_unit(scope: Scope, *, facet: str) -> dict[int | None, Counts]:
    """Return the counts by id of the unit itself, without its children; None holds those who told no unit."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT unit_id, {_SUMS} FROM ({LIVE}) AS live WHERE {_IN_SCOPE} GROUP BY 1",  # noqa: S608  # constants
            _params(scope, facet),
        )
        return {row[0]: Counts(*row[1:]) for row in cursor.fetchall()}


def count_by_hour(scope: Scope, *, facet: str, units: Iterable[int] | None = None) -> list[tuple[datetime, Counts]]:
    """Return the counts by hour, in order, of the whole scope or of some units of the facet."""
    among = "" if units is None else "AND unit_id = ANY(%(units)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT hour, {_SUMS} FROM ({LIVE}) AS live WHERE {_IN_SCOPE} {among} GROUP BY 1 ORDER BY 1",  # noqa: S608
            {**_params(scope, facet), "units": list(units or ())},
        )
        return [(row[0], Counts(*row[1:])) for row in cursor.fetchall()]


def count_of_unit(scope: Scope, *, unit: Unit) -> Counts:
    """Return the counts of a unit with everything below it: a person has one unit of a facet, so these add up."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SUMS} FROM ({LIVE}) AS live WHERE {_IN_SCOPE} AND unit_id IN "  # noqa: S608  # constants
            "(SELECT id FROM units_unit WHERE starts_with(path, %(path)s))",
            {**_params(scope, unit.facet), "path": str(unit.path)},
        )
        return Counts(*cursor.fetchone())


def _params(scope: Scope, facet: str) -> dict[str, Any]:
    return {
        "contest": scope.contest_id,
        "round": scope.round_id,
        "key_version": scope.key_version,
        "facet": str(facet),
    }


def outbox_state(*, now: datetime) -> OutboxState:
    """Return how many rows wait to be folded and how old the oldest is: the gauges of /metrics."""
    return outbox.measure(StatEvent, now=now)
