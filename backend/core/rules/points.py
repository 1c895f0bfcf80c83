"""What an answered paper is worth. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.core.rules.parts import Part
from backend.core.scoring import KeyedItem, full_points, proportional_points


@dataclass(frozen=True, slots=True)
class Scoring(Part):
    """How an item is marked. `best_vi` and `best_en` say what makes one attempt better than another.

    Without `has_part_marks` an item is worth all or nothing: the right answers tell the points.
    """

    points: Callable[[KeyedItem, Sequence[int] | None], int]
    best_vi: str
    best_en: str
    has_part_marks: bool

    def total(self, items: Sequence[KeyedItem], answers: Mapping[int, Sequence[int]]) -> int:
        """Return the points of a paper in units of `scoring.POINTS_PER_ITEM`."""
        return sum(self.points(item, answers.get(item.item)) for item in items)

    def stored(self, items: Sequence[KeyedItem], answers: Mapping[int, Sequence[int]]) -> int | None:
        """Return the points where they have to be kept, None where the right answers tell them (as `Entry.points`)."""
        return self.total(items, answers) if self.has_part_marks else None

    def best(self, language: str) -> str:
        return self.best_en if language.startswith("en") else self.best_vi


ALL_OR_NOTHING = Scoring(
    "all_or_nothing",
    "Câu chọn đúng và đủ theo đáp án mới được tính là đúng.",
    "A question counts as right where exactly its key was chosen.",
    full_points,
    "nhiều câu đúng nhất",
    "the most right answers",
    has_part_marks=False,
)
PROPORTIONAL = Scoring(
    "proportional",
    "Câu nhiều đáp án được điểm theo tỷ lệ phương án đúng đã chọn, trừ phần chọn sai, thấp nhất là 0 điểm.",
    "Questions with several right options give their share for each one chosen, less the wrong ones, never below 0.",
    proportional_points,
    "nhiều điểm nhất",
    "the most points",
    has_part_marks=True,
)
