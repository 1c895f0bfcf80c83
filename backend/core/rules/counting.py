"""Which of a person's own attempts counts. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.core.rules.entries import Entry
from backend.core.rules.parts import Part

# Compared ascending; always ends with the entry's id, so that one attempt counts, never two.
CountingKey = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Counting(Part):
    """The rule that picks the counted attempt: the one whose `first` is smallest. `{best}` is filled by the scoring."""

    first: Callable[[Entry], CountingKey]

    def counted(self, entries: Iterable[Entry]) -> Entry:
        """Return the one that counts. Raises ValueError where there is none."""
        return min(entries, key=self.first)


BEST_THEN_EARLIEST = Counting(
    "best_then_earliest",
    "lượt {best} được tính, nếu bằng nhau thì lượt sớm hơn",
    "the attempt with {best} counts, the earlier one where two are equal",
    lambda e: (-e.score, e.submitted_at.timestamp(), e.entry_id),
)
LAST = Counting(
    "last",
    "lượt nộp sau cùng được tính",
    "the attempt submitted last counts",
    lambda e: (-e.submitted_at.timestamp(), -e.entry_id),
)
FIRST = Counting(
    "first",
    "lượt nộp đầu tiên được tính",
    "the attempt submitted first counts",
    lambda e: (e.submitted_at.timestamp(), e.entry_id),
)
