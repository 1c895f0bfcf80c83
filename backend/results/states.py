"""The life of a regrade as one table. Every change of `state` goes through `after`."""

from backend.results.enums import Move, RegradeState
from backend.results.errors import RegradeStateRefused

NEXT: dict[tuple[RegradeState, Move], RegradeState] = {
    (RegradeState.DRAFT, Move.COMPUTE): RegradeState.COMPUTING,
    (RegradeState.COMPUTING, Move.FINISH): RegradeState.COMPUTED,
    (RegradeState.COMPUTED, Move.APPROVE): RegradeState.APPROVED,
    (RegradeState.APPROVED, Move.APPLY): RegradeState.APPLIED,
    (RegradeState.DRAFT, Move.CANCEL): RegradeState.CANCELLED,
    (RegradeState.COMPUTING, Move.CANCEL): RegradeState.CANCELLED,
    (RegradeState.COMPUTED, Move.CANCEL): RegradeState.CANCELLED,
    (RegradeState.APPROVED, Move.CANCEL): RegradeState.CANCELLED,
}


def after(state: str, move: Move) -> RegradeState:
    """Return the state a move leads to. Raises RegradeStateRefused where the table has none."""
    current = RegradeState(state)
    following = NEXT.get((current, move))
    if following is None:
        raise RegradeStateRefused(state=current.value, state_name=current.label)
    return following
