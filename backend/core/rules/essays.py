"""Essays beside the questions with a key, as data. Pure. People mark them; the rules say what they may be worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.core.scoring import POINTS_PER_ITEM

# Marks are given in quarters of a point; a point is what a right question brings.
MARK_STEP = POINTS_PER_ITEM // 4
_MOST = {"count": 5, "points": 100, "markers": 2}
_VI = (
    "Cuối mỗi đề có thêm {count} câu tự luận, mỗi câu được chấm từ 0 đến {points} điểm, lẻ đến 0,25 (mỗi câu đúng ở "
    "phần trên được 1 điểm); {markers}.",
    "Điểm tự luận vào tổng điểm và xếp hạng khi ban tổ chức công bố, trước đó tính là 0 điểm; số câu đúng và số người "
    "đúng hết chỉ tính các câu có đáp án.",
)
_VI_MARKERS = (
    "mỗi bài do một người chấm, không thấy tên người viết",
    "mỗi bài do hai người chấm riêng, không thấy tên người viết, lấy điểm trung bình; lệch nhau quá một phần tư mức "
    "cao nhất thì lấy điểm của người thứ ba",
)
_EN = (
    "Every paper ends with {count} more to be answered in an essay, each marked from 0 to {points} points in steps of "
    "0.25 (a right answer above is worth 1 point); {markers}.",
    "These marks enter score and ranking when the organizers have published them and are worth 0 points before; right "
    "answers and people with every answer right are of the questions with a key.",
)
_EN_MARKERS = (
    "one person marks each, without seeing the writer's name",
    "two people mark each apart, without seeing the writer's name, and the mean counts; where they are further apart "
    "than a quarter of the most, a third person's mark does",
)
# Two marks further apart than this part of the most are no agreement.
APART = 4


class Turn(StrEnum):
    """Whose mark an essay waits for."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class Essay:
    """`count` essays close every paper, each worth up to `points` right questions, marked by `markers` people apart."""

    count: int
    points: int
    markers: int = 1

    @property
    def most(self) -> int:
        """The most that one essay brings, in units of `scoring.POINTS_PER_ITEM`."""
        return self.points * POINTS_PER_ITEM

    def lines(self, language: str) -> list[str]:
        """Say it in sentences: how many, worth what, marked by whom; and when the marks count."""
        sentences, markers = (_EN, _EN_MARKERS) if language.startswith("en") else (_VI, _VI_MARKERS)
        values = {"count": self.count, "points": self.points, "markers": markers[self.markers - 1]}
        return [sentence.format(**values) for sentence in sentences]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def problem(self) -> str | None:
        """Say what is wrong with it, or None."""
        for name, most in _MOST.items():
            value: object = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
                return f"{name}: {value!r} is not from 1 to {most}"
        return None


def waits_for(points: Sequence[int], essay: Essay) -> Turn | None:
    """Return whose mark is still missing, None where nobody's.

    `points` are the latest marks, one a person, in the order in which these people first marked the essay.
    """
    if not points:
        return Turn.FIRST
    if essay.markers == 1 or len(points) > 2:
        return None
    if len(points) == 1:
        return Turn.SECOND
    return Turn.THIRD if abs(points[0] - points[1]) * APART > essay.most else None


def mark_in_force(points: Sequence[int], essay: Essay) -> int | None:
    """Return what an essay is worth by its marks, in units of `scoring.POINTS_PER_ITEM`; None while one is missing.

    `points` as `waits_for` takes them. The mean of two is a whole number: marks are multiples of MARK_STEP. A third
    person is asked where two are far apart, and decides, whatever the two do afterwards.
    """
    return None if waits_for(points, essay) is not None else worth_of(points, essay)


def worth_of(points: Sequence[int], essay: Essay) -> int:
    """Return what an essay is worth by the marks there are, one or more: nobody is waited for any longer.

    So it is with all that has entered; with fewer marks than the rules want, where the text was erased meanwhile.
    """
    if essay.markers == 1:
        return points[0]
    return points[2] if len(points) > 2 else sum(points) // len(points)


def mark_problem(points: int, essay: Essay) -> str | None:
    """Say what is wrong with a mark, or None."""
    if not 0 <= points <= essay.most:
        return f"{points} is not from 0 to {essay.most}"
    return f"{points} is not a multiple of {MARK_STEP}" if points % MARK_STEP else None
