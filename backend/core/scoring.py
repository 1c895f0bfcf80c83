"""Score one attempt. Pure: no clock, no database. Ties are not broken here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from backend.core.written import is_accepted, readings

# What one right item is worth. It divides by every key of one to eight options, so that thirds add up to a whole.
POINTS_PER_ITEM = 840
LARGEST_KEY = 8


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """One place of a paper with its key. `order[p - 1]` is the canonical option at position p; `key` is canonical."""

    item: int
    order: tuple[int, ...]
    key: frozenset[int]


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """One place of a paper where a short text is wanted, with the texts that are right."""

    item: int
    accepted: tuple[str, ...]


# Positions that were pressed, or what was written.
Answer = Sequence[int] | str


@dataclass(frozen=True, slots=True)
class Score:
    """What an attempt is worth."""

    correct_count: int
    item_count: int

    @property
    def is_all_correct(self) -> bool:
        return self.item_count > 0 and self.correct_count == self.item_count


def canonical(choice: Sequence[int], order: Sequence[int]) -> frozenset[int]:
    """Translate positions a person pressed (from 1) into the question's own option numbers."""
    return frozenset(order[position - 1] for position in choice)


def is_correct(item: KeyedItem, choice: Sequence[int] | None) -> bool:
    """Tell whether exactly the key was chosen: no part marks."""
    return bool(choice) and canonical(choice or (), item.order) == item.key


def as_option(item: int, text: str | None, right: Collection[str]) -> tuple[KeyedItem, tuple[int, ...]]:
    """Read a written answer as one option that is the key, chosen where the text is right: one way to count for all.

    `right` is what `core.written.readings` returned.
    """
    return KeyedItem(item, (1,), frozenset({1})), (1,) if is_accepted(text, right) else ()


def as_options(
    items: Sequence[KeyedItem | WrittenItem], answers: Mapping[int, Answer]
) -> tuple[list[KeyedItem], dict[int, Sequence[int]]]:
    """Return the items and answers of a paper with the written ones read as options. What does not fit is no answer."""
    keyed: list[KeyedItem] = []
    chosen: dict[int, Sequence[int]] = {}
    for one in items:
        answer = answers.get(one.item)
        if isinstance(one, WrittenItem):
            text = answer if isinstance(answer, str) else None
            item, chosen[one.item] = as_option(one.item, text, readings(one.accepted))
            keyed.append(item)
        else:
            chosen[one.item] = () if answer is None or isinstance(answer, str) else answer
            keyed.append(one)
    return keyed, chosen


def score(items: Sequence[KeyedItem], answers: Mapping[int, Sequence[int]]) -> Score:
    """Count the items answered exactly by their key. `answers` maps item number to chosen positions."""
    return Score(sum(is_correct(item, answers.get(item.item)) for item in items), len(items))


def full_points(item: KeyedItem, choice: Sequence[int] | None) -> int:
    """Give all points for exactly the key, none for anything else."""
    return POINTS_PER_ITEM if is_correct(item, choice) else 0


def proportional_points(item: KeyedItem, choice: Sequence[int] | None) -> int:
    """Give a share for each option of the key and take one for each other option chosen; never less than none.

    Raises ValueError for a key of more than eight options.
    """
    if not 1 <= len(item.key) <= LARGEST_KEY:
        raise ValueError(f"item {item.item} has a key of {len(item.key)} options")
    chosen = canonical(choice or (), item.order)
    net = len(chosen & item.key) - len(chosen - item.key)
    return max(0, net) * POINTS_PER_ITEM // len(item.key)
