"""The comparisons a ranking chain is made of. Pure. Ascending is better; `standings.ordering` says the same in SQL."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.core.rules.entries import Entry
from backend.core.rules.parts import Part


@dataclass(frozen=True, slots=True)
class Comparison(Part):
    """How two entries are told apart. `measure` takes an entry and the predicted number, None until it is known."""

    measure: Callable[[Entry, int | None], float]


def _prediction_error(entry: Entry, actual: int | None) -> float:
    """Until the number is known nobody is nearer than another; who gave none comes after all who did."""
    if actual is None:
        return 0.0
    if entry.prediction is None:
        return float("inf")
    return float(abs(entry.prediction - actual))


CORRECT = Comparison("correct", "số câu đúng nhiều hơn", "more right answers", lambda e, _: -e.correct_count)
SCORE = Comparison("score", "tổng điểm cao hơn", "a higher score", lambda e, _: -e.score)
PREDICTION = Comparison("prediction", "dự đoán gần đúng hơn", "a closer prediction", _prediction_error)
EARLIEST = Comparison("earliest", "nộp bài sớm hơn", "an earlier submission", lambda e, _: e.submitted_at.timestamp())
DURATION = Comparison("duration", "làm bài nhanh hơn", "less time used", lambda e, _: e.used_ms)
START = Comparison("start", "bắt đầu sớm hơn", "an earlier start", lambda e, _: e.begun_at.timestamp())
