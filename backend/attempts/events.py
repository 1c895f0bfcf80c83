"""Past facts of the attempts app."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptsEnded:
    """These attempts left the state `open` in this very transaction, submitted or expired."""

    attempt_ids: tuple[int, ...]
