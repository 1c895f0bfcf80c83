"""The life of a question version as one table. Every change of `state` goes through `after`."""

from enum import Enum

from backend.questions.enums import VersionState
from backend.questions.errors import QuestionState


class Move(Enum):
    """What may happen to a version."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    ADOPT = "adopt"  # the files of the bank were reviewed as files
    RETIRE = "retire"


NEXT: dict[tuple[VersionState, Move], VersionState] = {
    (VersionState.DRAFT, Move.SUBMIT): VersionState.IN_REVIEW,
    (VersionState.DRAFT, Move.ADOPT): VersionState.APPROVED,
    (VersionState.DRAFT, Move.RETIRE): VersionState.RETIRED,
    (VersionState.IN_REVIEW, Move.APPROVE): VersionState.APPROVED,
    (VersionState.IN_REVIEW, Move.RETURN): VersionState.DRAFT,
    (VersionState.IN_REVIEW, Move.ADOPT): VersionState.APPROVED,
    (VersionState.APPROVED, Move.RETIRE): VersionState.RETIRED,
}


def after(state: str, move: Move) -> VersionState:
    """Return the state a move leads to. Raises QuestionState where the table has none."""
    current = VersionState(state)
    following = NEXT.get((current, move))
    if following is None:
        raise QuestionState(state=current.value, state_name=current.label)
    return following
