"""Who may do what with a regrade or a voiding, as pairs: `check_can_x` raises the reason, `can_x` answers yes or no."""

from collections.abc import Callable

from backend.core.errors import UserError
from backend.results.enums import Move, VoidingMove
from backend.results.errors import OwnAttempt, OwnRegrade, OwnVoiding, RegradeOutdated
from backend.results.states import after, after_voiding


def check_can_compute(*, state: str) -> None:
    """Raises RegradeStateRefused."""
    after(state, Move.COMPUTE)


def check_can_approve(*, state: str, author_id: int, person_id: int) -> None:
    """Ask for a second person: no role, admin included, lifts this. Raises RegradeStateRefused, OwnRegrade."""
    after(state, Move.APPROVE)
    if person_id == author_id:
        raise OwnRegrade


def check_can_apply(*, state: str, base_key_version: int, key_version: int) -> None:
    """Refuse to put keys in force over others than those they correct. Raises RegradeStateRefused, RegradeOutdated."""
    after(state, Move.APPLY)
    if base_key_version != key_version:
        raise RegradeOutdated


def check_can_cancel(*, state: str) -> None:
    """Raises RegradeStateRefused. What is applied is undone by another regrade, never by forgetting it."""
    after(state, Move.CANCEL)


def can_compute(*, state: str) -> bool:
    return _passes(lambda: check_can_compute(state=state))


def can_approve(*, state: str, author_id: int, person_id: int) -> bool:
    return _passes(lambda: check_can_approve(state=state, author_id=author_id, person_id=person_id))


def can_apply(*, state: str, base_key_version: int, key_version: int) -> bool:
    return _passes(lambda: check_can_apply(state=state, base_key_version=base_key_version, key_version=key_version))


def can_cancel(*, state: str) -> bool:
    return _passes(lambda: check_can_cancel(state=state))


def check_is_not_own(*, person_id: int, subject_id: int) -> None:
    """Keep people from deciding over their own attempts. Raises OwnAttempt."""
    if person_id == subject_id:
        raise OwnAttempt


def check_can_decide(*, asked_by: int | None, person_id: int, subject_id: int) -> None:
    """Ask for a second person: no role, admin included, lifts this. Raises OwnVoiding, OwnAttempt."""
    if person_id == asked_by:
        raise OwnVoiding
    check_is_not_own(person_id=person_id, subject_id=subject_id)


def can_move(*, state: str, move: VoidingMove, asked_by: int | None, person_id: int, subject_id: int) -> bool:
    """Tell whether the person may take this step with a voiding; `asked_by` None where nobody is waiting for a second.

    Taking a request back needs no second person: it undoes what has not happened.
    """

    def check() -> None:
        after_voiding(state, move)
        if move in {VoidingMove.APPROVE, VoidingMove.REINSTATE}:
            check_can_decide(asked_by=asked_by, person_id=person_id, subject_id=subject_id)
        elif move == VoidingMove.ASK_BACK:
            check_is_not_own(person_id=person_id, subject_id=subject_id)

    return _passes(check)


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except UserError:
        return False
    return True
