"""Past facts of the standings app."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardTurned:
    """What the public is shown of this round's boards became another in this very transaction."""

    round_id: int
