"""No small cell of a public table can be computed from the rest of it."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from backend.participation.suppression import SMALL, hidden_cells, is_small

tables = st.dictionaries(st.integers(1, 30), st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 40)), max_size=9)


@given(tables)
def test_small_cells_are_hidden_and_nothing_is_hidden_without_need(people):
    hidden = hidden_cells(people)

    assert {key for key, count in people.items() if is_small(count)} <= hidden
    if not any(is_small(count) for count in people.values()):
        assert hidden == frozenset()


@given(tables)
def test_the_total_leaves_every_hidden_cell_open(people):
    hidden = hidden_cells(people)
    if len(people) < 2 or not hidden:
        return
    total = sum(people[key] for key in hidden)
    # Where all cells are hidden nobody can tell the empty ones: the same page could come of another table.
    lowest = 0 if hidden == frozenset(people) else 1

    # What a reader can work out: the hidden cells' sum, and that each holds at least `lowest`.
    highest = total - lowest * (len(hidden) - 1)

    assert len(hidden) >= 2
    assert highest - lowest >= (1 if lowest == 0 else SMALL - 1)
    assert lowest or any(people[key] != total for key in hidden)


def test_two_cells_of_one_are_not_given_away_by_their_sum():
    # Both hold at least one and together two: without a third hidden cell each would be known.
    assert hidden_cells({1: 1, 2: 1, 3: 30, 4: 9}) == {1, 2, 4}


def test_where_people_run_out_the_empty_cells_are_hidden_too():
    assert hidden_cells({1: 3, 2: 0, 3: 0}) == {1, 2, 3}


def test_a_readers_guesses_stay_many():
    people = {1: 2, 2: 7, 3: 12}
    hidden = hidden_cells(people)
    total = sum(people[key] for key in hidden)

    guesses = [guess for guess in product(range(1, total), repeat=len(hidden)) if sum(guess) == total]

    assert hidden == {1, 2}
    assert len({guess[0] for guess in guesses}) >= 5
