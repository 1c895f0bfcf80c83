"""What may be done with the boards of a round, as pairs: `check_can_x` raises the reason, `can_x` answers yes or no."""

from collections.abc import Callable

from backend.core.errors import UserError
from backend.standings.errors import (
    BoardAlreadyFrozen,
    BoardNotFrozen,
    BoardPublished,
    OwnPublication,
    PublicationStateRefused,
    RoundNotOver,
)
from backend.standings.models import BoardState, Publication


def check_can_freeze(state: BoardState) -> None:
    """Raises BoardPublished, BoardAlreadyFrozen."""
    if state.published_id is not None:
        raise BoardPublished
    if state.frozen_id is not None:
        raise BoardAlreadyFrozen


def check_can_unfreeze(state: BoardState) -> None:
    """Raises BoardNotFrozen."""
    if state.frozen_id is None:
        raise BoardNotFrozen


def check_can_propose(state: BoardState, *, waiting: Publication | None, is_over: bool) -> None:
    """Raises BoardPublished, PublicationStateRefused, RoundNotOver."""
    if state.published_id is not None:
        raise BoardPublished
    if waiting is not None:
        raise PublicationStateRefused
    if not is_over:
        raise RoundNotOver


def check_can_confirm(*, waiting: Publication | None, person_id: int, is_over: bool) -> None:
    """Ask for a second person: no role lifts this. Raises PublicationStateRefused, OwnPublication, RoundNotOver."""
    if waiting is None:
        raise PublicationStateRefused
    if waiting.author_id == person_id:
        raise OwnPublication
    if not is_over:
        raise RoundNotOver


def can_freeze(state: BoardState) -> bool:
    return _passes(lambda: check_can_freeze(state))


def can_unfreeze(state: BoardState) -> bool:
    return _passes(lambda: check_can_unfreeze(state))


def can_propose(state: BoardState, *, waiting: Publication | None, is_over: bool) -> bool:
    return _passes(lambda: check_can_propose(state, waiting=waiting, is_over=is_over))


def can_confirm(*, waiting: Publication | None, person_id: int, is_over: bool) -> bool:
    return _passes(lambda: check_can_confirm(waiting=waiting, person_id=person_id, is_over=is_over))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except UserError:
        return False
    return True
