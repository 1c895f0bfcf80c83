"""The life of an attempt as one table. The statements of `services.ending` take their states from here."""

from enum import Enum

from backend.attempts.enums import AttemptState


class Move(Enum):
    """What ends an attempt. Nothing opens one again."""

    SUBMIT = "submit"  # by its person, received by deadline and grace
    EXPIRE = "expire"  # by the clock, once nothing that counts can arrive


NEXT: dict[tuple[AttemptState, Move], AttemptState] = {
    (AttemptState.OPEN, Move.SUBMIT): AttemptState.SUBMITTED,
    (AttemptState.OPEN, Move.EXPIRE): AttemptState.EXPIRED,
}


def step(move: Move) -> tuple[AttemptState, AttemptState]:
    """Return the one state a move starts from and the one it leads to. Raises ValueError where it has several."""
    ((start, _), end), *others = [(key, end) for key, end in NEXT.items() if key[1] is move]
    if others:
        raise ValueError(f"{move} starts from several states")
    return start, end
