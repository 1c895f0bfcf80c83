"""What an answered paper is worth. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.core.rules.parts import Part
from backend.core.scoring import KeyedItem, full_points, proportional_points


@dataclass(frozen=True, slots=True)
class Scoring(Part):
    """How an item is marked.

    Without `has_part_marks` an item is worth all or nothing: the right answers tell the points.
    """

    points: Callable[[KeyedItem, Sequence[int] | None], int]
    has_part_marks: bool

    def total(self, items: Sequence[KeyedItem], answers: Mapping[int, Sequence[int]]) -> int:
        """Return the points of a paper in units of `scoring.POINTS_PER_ITEM`."""
        return sum(self.points(item, answers.get(item.item)) for item in items)


# What makes one attempt better than another: where results keep points, those; right answers elsewhere.
BEST_BY_POINTS = Part("points", "nhiều điểm nhất", "the most points")
BEST_BY_RIGHT_ANSWERS = Part("right_answers", "nhiều câu đúng nhất", "the most right answers")

ALL_OR_NOTHING = Scoring(
    "all_or_nothing",
    "Câu chọn đúng và đủ theo đáp án mới được tính là đúng.",
    "A question counts as right where exactly its key was chosen.",
    full_points,
    has_part_marks=False,
)
PROPORTIONAL = Scoring(
    "proportional",
    "Câu nhiều đáp án được điểm theo tỷ lệ phương án đúng đã chọn, trừ phần chọn sai, thấp nhất là 0 điểm.",
    "Questions with several right options give their share for each one chosen, less the wrong ones, never below 0.",
    proportional_points,
    has_part_marks=True,
)
