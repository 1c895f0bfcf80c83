"""Ranks follow the rulebook's chain; ties share a rank and the next is skipped."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.core.ranking import Entry, Placing, RankingOrder, counted_first, rank

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)


def entry(entry_id: int, *, correct: int, minute: int = 0, prediction: int | None = None) -> Entry:
    return Entry(entry_id, correct, 60_000, NOON + timedelta(minutes=minute), prediction)


def test_entries_with_equal_keys_share_a_rank_and_the_next_is_skipped() -> None:
    entries = [entry(1, correct=18), entry(2, correct=20), entry(3, correct=20)]

    placings = rank(entries, order=RankingOrder())

    assert placings == [Placing(2, 1, True), Placing(3, 1, True), Placing(1, 3, False)]


def test_prediction_decides_only_once_the_number_is_known() -> None:
    entries = [
        entry(1, correct=20, minute=1, prediction=90),
        entry(2, correct=20, minute=2, prediction=101),
        entry(3, correct=20, minute=0, prediction=None),
    ]

    provisional = [placing.entry_id for placing in rank(entries, order=RankingOrder())]
    final = [placing.entry_id for placing in rank(entries, order=RankingOrder(actual=100))]

    assert (provisional, final) == ([3, 1, 2], [2, 1, 3])


def test_the_counted_attempt_is_the_best_then_the_earliest() -> None:
    attempts = [entry(1, correct=15, minute=0), entry(2, correct=18, minute=9), entry(3, correct=18, minute=5)]

    assert min(attempts, key=counted_first).entry_id == 3


entries_strategy = st.lists(
    st.builds(
        lambda correct, minute, prediction: (correct, minute, prediction),
        st.integers(0, 3),
        st.integers(0, 3),
        st.none() | st.integers(0, 5),
    ),
    max_size=12,
)


@given(entries_strategy, st.none() | st.integers(0, 5))
def test_a_rank_is_one_more_than_the_number_of_strictly_better_entries(
    rows: list[tuple[int, int, int | None]], actual: int | None
) -> None:
    entries = [entry(i, correct=c, minute=m, prediction=p) for i, (c, m, p) in enumerate(rows)]
    order = RankingOrder(actual=actual)
    by_id = {e.entry_id: e for e in entries}

    for placing in rank(entries, order=order):
        own = order.key(by_id[placing.entry_id])
        assert placing.rank == 1 + sum(order.key(other) < own for other in entries)
        assert placing.is_tied is (sum(order.key(other) == own for other in entries) > 1)
