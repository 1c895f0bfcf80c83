"""When results and keys may be seen. Pure: every instant is passed in."""

from dataclasses import dataclass
from datetime import datetime

from backend.core.rules.parts import Part
from backend.core.timing import GRACE


@dataclass(frozen=True, slots=True)
class Showing(Part):
    """An instant of showing. `stage` orders them: 0 at once, 1 after the round, 2 after the contest, 3 never."""

    stage: int

    @property
    def waits_for_contest(self) -> bool:
        return self.stage == 2

    def shown_at(self, *, round_closes_at: datetime, contest_closes_at: datetime) -> datetime | None:
        """Return the instant after which it may be seen; None where that is at once, or never."""
        if self.stage not in (1, 2):
            return None
        return (round_closes_at if self.stage == 1 else contest_closes_at) + GRACE

    def is_shown(self, *, now: datetime, round_closes_at: datetime, contest_closes_at: datetime) -> bool:
        """Tell whether it may be seen: never while an answer that counts could still arrive, save at once."""
        if self.stage == 0:
            return True
        shown_at = self.shown_at(round_closes_at=round_closes_at, contest_closes_at=contest_closes_at)
        return shown_at is not None and now > shown_at


RESULT_AT_ONCE = Showing("at_once", "Số câu đúng hiện ngay khi nộp bài", "The result shows on submission", 0)
RESULT_AFTER_ROUND = Showing(
    "after_round", "Kết quả công bố sau khi đợt thi đóng", "Results are published once the round has closed", 1
)
RESULT_AFTER_CONTEST = Showing(
    "after_contest", "Kết quả công bố sau khi cả hội thi đóng", "Results are published once the contest has closed", 2
)
KEYS_AFTER_ROUND = Showing(
    "after_round", "đáp án công bố sau khi đợt thi đóng", "the keys follow once the round has closed", 1
)
KEYS_AFTER_CONTEST = Showing(
    "after_contest", "đáp án công bố sau khi cả hội thi đóng", "the keys follow once the contest has closed", 2
)
KEYS_NEVER = Showing("never", "đáp án không công bố", "the keys are not published", 3)
