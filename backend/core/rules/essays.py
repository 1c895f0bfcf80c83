"""Essays beside the questions with a key, as data. Pure. People mark them; the rules say what they may be worth."""

from dataclasses import dataclass
from typing import Any

from backend.core.scoring import POINTS_PER_ITEM

# Marks are given in quarters of a point; a point is what a right question brings.
MARK_STEP = POINTS_PER_ITEM // 4
_MOST = {"count": 5, "points": 100, "markers": 2}


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
