"""The lives of rounds and contests as tables. The clock moves them; `queries` derives where they are."""

from enum import Enum

from backend.contests.enums import ContestState, RoundState


class RoundMove(Enum):
    """What the clock does to a round."""

    OPEN = "opens_at"
    CLOSE = "closes_at"


class ContestMove(Enum):
    """What the clock does to a contest."""

    ROUND_OPENS = "a round opens"
    ROUND_CLOSES = "the only open round closes, others are to come"
    LAST_CLOSES = "the last round closes"


ROUND_NEXT: dict[tuple[RoundState, RoundMove], RoundState] = {
    (RoundState.UPCOMING, RoundMove.OPEN): RoundState.OPEN,
    (RoundState.OPEN, RoundMove.CLOSE): RoundState.CLOSED,
}

CONTEST_NEXT: dict[tuple[ContestState, ContestMove], ContestState] = {
    (ContestState.UPCOMING, ContestMove.ROUND_OPENS): ContestState.OPEN,
    (ContestState.OPEN, ContestMove.ROUND_CLOSES): ContestState.BETWEEN,
    (ContestState.BETWEEN, ContestMove.ROUND_OPENS): ContestState.OPEN,
    (ContestState.OPEN, ContestMove.LAST_CLOSES): ContestState.CLOSED,
}
