"""One ended attempt as ranking and counting see it, and where it stands. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core.scoring import POINTS_PER_ITEM


@dataclass(frozen=True, slots=True)
class Entry:
    """An ended attempt. `prediction` is None where none was given.

    `points` is the score under the rulebook in units of `scoring.POINTS_PER_ITEM`; None means every right item full
    marks. `started_at` None means what the times tell: submitted less used.
    """

    entry_id: int
    correct_count: int
    used_ms: int
    submitted_at: datetime
    prediction: int | None = None
    points: int | None = None
    started_at: datetime | None = None

    @property
    def score(self) -> int:
        return self.correct_count * POINTS_PER_ITEM if self.points is None else self.points

    @property
    def begun_at(self) -> datetime:
        return self.started_at or self.submitted_at - timedelta(milliseconds=self.used_ms)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where one entry stands. `rank` counts from 1; tied entries share it and the next is skipped (1, 1, 3)."""

    entry_id: int
    rank: int
    is_tied: bool
