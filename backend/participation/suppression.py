"""Hide small cells of a public table together with the complement that would reveal them. Pure.

What a reader may know besides the table: the total, that hidden cells hold at least one person, and this page.
"""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K", int, str)

# Fewer than five people in a cell can be recognized by their neighbors.
SMALL = 5


def is_small(people: int) -> bool:
    """Tell whether a count says too much about too few."""
    return 0 < people < SMALL


def hidden_cells(people: Mapping[K, int], *, hide_all: bool = False) -> frozenset[K]:
    """Return the cells to hide so that none of the small ones can be computed from the others and the total.

    The hidden cells' sum S is known, and each of the n hides at least one person: so each lies in 1..S-n+1. Cells are
    added, smallest first, until there are two and that range has five values. Where people run out, every
    cell is hidden, the empty ones too: then 0 is possible for each, and not even the place of the small cell is told.
    """
    if hide_all:
        return frozenset(people)
    hidden = {key for key, count in people.items() if is_small(count)}
    if not hidden:
        return frozenset()
    others = sorted((count, str(key), key) for key, count in people.items() if count >= SMALL)
    for _, _, key in others:
        if _is_vague(hidden, people):
            break
        hidden.add(key)
    return frozenset(hidden if _is_vague(hidden, people) else people)


def _is_vague(hidden: set[K], people: Mapping[K, int]) -> bool:
    return len(hidden) >= 2 and sum(people[key] for key in hidden) - len(hidden) >= SMALL - 1
