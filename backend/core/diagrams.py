"""Draw a state table. Pure: the drawing stands in the app's README, and a test keeps the two the same."""

from collections.abc import Mapping
from enum import Enum


def mermaid(moves: Mapping[tuple[Enum, Enum], Enum], *, first: Enum) -> str:
    """Return a Mermaid state diagram of `(state, move) -> state`; states without a way out end it."""
    lines = ["stateDiagram-v2", f"    [*] --> {first.value}"]
    lines += [f"    {start.value} --> {end.value}: {move.value}" for (start, move), end in moves.items()]
    leaving = {start for start, _ in moves}
    ends = dict.fromkeys(end for end in moves.values() if end not in leaving)
    return "\n".join([*lines, *(f"    {end.value} --> [*]" for end in ends)])
