"""Rank entries under a rulebook's order. Pure: no clock, no database. Lots are never drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from backend.core.rules.counting import BEST_THEN_EARLIEST, CountingKey
from backend.core.rules.entries import Entry, Placing
from backend.core.rules.registry import COMPARISONS

__all__ = ["COMPARISONS", "Entry", "Placing", "RankingOrder", "counted_first", "rank"]

SortKey = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RankingOrder:
    """The rulebook's chain of comparisons and, once known, the number that was to be predicted."""

    chain: tuple[str, ...] = ("correct", "prediction", "earliest")
    actual: int | None = None

    def key(self, entry: Entry) -> SortKey:
        """Return a key that sorts best first."""
        return tuple(COMPARISONS[name].measure(entry, self.actual) for name in self.chain)


def rank(entries: Sequence[Entry], *, order: RankingOrder) -> list[Placing]:
    """Place every entry, best first. Entries that the order cannot tell apart are tied: a result, not an error."""
    placings: list[Placing] = []
    ordered = sorted(entries, key=lambda entry: (order.key(entry), entry.entry_id))
    for _, group in groupby(ordered, key=order.key):
        tied = list(group)
        first = len(placings) + 1
        placings += [Placing(entry.entry_id, first, len(tied) > 1) for entry in tied]
    return placings


def counted_first(entry: Entry) -> CountingKey:
    """Sort a person's own attempts so that the one that counts comes first: the best, then the earliest."""
    return BEST_THEN_EARLIEST.first(entry)
