"""The three counts of every cell, counted anew from attempts and results, one fact at a time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from backend.rehearsal.rows import UNIT_COLUMNS, Snapshot


class Cell(NamedTuple):
    """One line of the counts; `round_id` None is the whole contest, `unit_id` None "not told" (or "all")."""

    round_id: int | None
    key_version: int
    facet: str
    unit_id: int | None
    hour: datetime


Counts = tuple[int, int, int]  # entries, people, all correct
_NOTHING = (0, 0, 0)


class _Units(NamedTuple):
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None


def find_wrong_counts(snapshot: Snapshot) -> list[str]:
    """Return a finding for each cell where the counts, with what still waits, are not what really happened."""
    stored, true = count_stored(snapshot), count_true(snapshot)
    return [
        f"{cell}: counted {stored.get(cell, _NOTHING)}, should be {true.get(cell, _NOTHING)}"
        for cell in sorted(stored.keys() | true.keys(), key=str)
        if stored.get(cell, _NOTHING) != true.get(cell, _NOTHING)
    ]


def count_stored(snapshot: Snapshot) -> dict[Cell, Counts]:
    """Return counters plus what waits to be folded into them."""
    counts: defaultdict[Cell, Counts] = defaultdict(lambda: _NOTHING)
    for row in snapshot.counts:
        cell = Cell(row.round_id, row.key_version, row.facet, row.unit_id, row.hour)
        _add(counts, cell, (row.entries, row.people, row.all_correct))
    for event in snapshot.pending:
        units = _Units(event.territory_id, event.party_id, event.workplace_id)
        for cell in _cells(event.round_id, event.key_version, units, event.hour):
            _add(counts, cell, (event.entries, event.people, event.all_correct))
            in_contest = (event.entries, event.contest_people, event.contest_all_correct)
            _add(counts, cell._replace(round_id=None), in_contest)
    return dict(counts)


def count_true(snapshot: Snapshot) -> dict[Cell, Counts]:
    """Return what should be counted. Units are the attempt's; a person counts in the units of their first entry."""
    attempts = {attempt.id: attempt for attempt in snapshot.attempts}
    counts: defaultdict[Cell, Counts] = defaultdict(lambda: _NOTHING)
    home: dict[tuple[int | None, int, int], _Units] = {}
    correct: set[tuple[int | None, int, int]] = set()
    for result in sorted(snapshot.results, key=lambda one: one.id):
        attempt = attempts[result.attempt_id]
        units = _Units(attempt.territory_id, attempt.party_id, attempt.workplace_id)
        assert attempt.submitted_at is not None
        hour = attempt.submitted_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for scope in (attempt.round_id, None):
            person = (scope, result.key_version, result.person_id)
            is_first_entry = person not in home
            home.setdefault(person, units)
            for cell in _cells(scope, result.key_version, units, hour):
                _add(counts, cell, (1, int(is_first_entry), 0))
            if result.is_all_correct and person not in correct:
                correct.add(person)
                for cell in _cells(scope, result.key_version, home[person], hour):
                    _add(counts, cell, (0, 0, 1))
    return dict(counts)


def totals(counts: dict[Cell, Counts], *, round_id: int | None, key_version: int, facet: str = "all") -> Counts:
    """Sum a scope's cells of one facet over units and hours."""
    return _sum(n for cell, n in counts.items() if cell[:3] == (round_id, key_version, facet))


def _sum(parts: Iterable[Counts]) -> Counts:
    entries = people = all_correct = 0
    for part in parts:
        entries, people, all_correct = entries + part[0], people + part[1], all_correct + part[2]
    return (entries, people, all_correct)


def _add(counts: defaultdict[Cell, Counts], cell: Cell, added: Counts) -> None:
    counts[cell] = _sum((counts[cell], added))


def _cells(round_id: int | None, key_version: int, units: _Units, hour: datetime) -> Iterator[Cell]:
    yield Cell(round_id, key_version, "all", None, hour)
    for column in UNIT_COLUMNS:
        yield Cell(round_id, key_version, column.removesuffix("_id"), getattr(units, column), hour)
