"""Past facts of the contests app, told downstream within the transaction that made them true."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundsLaidOut:
    """Rounds were made; attempts will refer to them."""

    round_ids: tuple[int, ...]
