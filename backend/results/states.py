"""The lives of a regrade and of a voiding as tables. Every change of `state` goes through `after`, `after_voiding`."""

from backend.results.enums import Move, RegradeState, VoidingMove, VoidingState
from backend.results.errors import RegradeStateRefused, VoidingStateRefused

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


VOIDING_NEXT: dict[tuple[VoidingState, VoidingMove], VoidingState] = {
    (VoidingState.PROPOSED, VoidingMove.APPROVE): VoidingState.IN_FORCE,
    (VoidingState.PROPOSED, VoidingMove.WITHDRAW): VoidingState.WITHDRAWN,
    (VoidingState.IN_FORCE, VoidingMove.ASK_BACK): VoidingState.LIFTING,
    (VoidingState.LIFTING, VoidingMove.REINSTATE): VoidingState.LIFTED,
    (VoidingState.LIFTING, VoidingMove.KEEP): VoidingState.IN_FORCE,
}


def after_voiding(state: str, move: VoidingMove) -> VoidingState:
    """Return the state a move leads to. Raises VoidingStateRefused where the table has none."""
    current = VoidingState(state)
    following = VOIDING_NEXT.get((current, move))
    if following is None:
        raise VoidingStateRefused(state=current.value, state_name=current.label)
    return following
