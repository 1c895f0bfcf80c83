"""Scoring counts exactly the items answered by their whole key."""

from hypothesis import given
from hypothesis import strategies as st

from backend.core.scoring import KeyedItem, Score, canonical, score

ITEMS = [
    KeyedItem(1, (3, 1, 4, 2), frozenset({3})),
    KeyedItem(2, (2, 1, 3, 4), frozenset({1, 4})),
    KeyedItem(3, (1, 2, 3, 4), frozenset({4})),
]


def test_score_translates_positions_and_gives_no_part_marks() -> None:
    assert score(ITEMS, {1: [1], 2: [4, 2], 3: [4]}) == Score(3, 3)
    assert score(ITEMS, {1: [3], 2: [2], 3: [4, 1]}) == Score(0, 3)


def test_unanswered_and_emptied_items_are_wrong() -> None:
    assert score(ITEMS, {1: [], 3: [4]}) == Score(1, 3)
    assert score(ITEMS, {}) == Score(0, 3)


def test_all_correct_needs_at_least_one_item() -> None:
    assert [Score(3, 3).is_all_correct, Score(2, 3).is_all_correct, Score(0, 0).is_all_correct] == [True, False, False]


@given(st.permutations([1, 2, 3, 4]), st.sets(st.integers(1, 4), min_size=1))
def test_pressing_the_key_wherever_it_is_shown_is_correct(order: list[int], key: set[int]) -> None:
    pressed = [order.index(option) + 1 for option in key]

    assert canonical(pressed, order) == key
    assert score([KeyedItem(1, tuple(order), frozenset(key))], {1: pressed}) == Score(1, 1)
