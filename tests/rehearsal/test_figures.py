"""The last line, its exit status, and how the figures are measured."""

from dataclasses import replace

import pytest

from backend.rehearsal.observer import tick_delays_ms
from backend.rehearsal.report import Figures, percentile

GOOD = Figures(
    citizens=2, attempts_submitted=2, answers_acked=40, answers_lost=0, results=2, scored_twice=0,
    standings_mismatch=0, counter_mismatch=0, acks_per_s=10.0, ack_p50_ms=1.0, ack_p99_ms=2.0, tick_p99_ms=900.0,
    wall_s=9.0,
)  # fmt: skip


def test_the_last_line_has_exactly_the_public_keys() -> None:
    assert list(GOOD.to_json()) == [
        "citizens", "attempts_submitted", "answers_acked", "answers_lost", "results", "scored_twice",
        "standings_mismatch", "counter_mismatch", "acks_per_s", "ack_p50_ms", "ack_p99_ms", "tick_p99_ms", "wall_s",
    ]  # fmt: skip


def test_a_sound_rehearsal_is_good() -> None:
    assert GOOD.is_good(is_database_optional=False)


@pytest.mark.parametrize(
    "fault",
    [
        {"answers_lost": 1},
        {"scored_twice": 1},
        {"standings_mismatch": 1},
        {"counter_mismatch": 1},
        {"attempts_submitted": 1},
        {"results": 1},
        {"results": 3},
    ],
)
def test_one_fault_is_enough(fault: dict[str, int]) -> None:
    assert not replace(GOOD, **fault).is_good(is_database_optional=True)


def test_what_could_not_be_checked_is_good_only_where_that_was_agreed() -> None:
    outside = replace(GOOD, scored_twice=None, counter_mismatch=None)

    assert [outside.is_good(is_database_optional=agreed) for agreed in (False, True)] == [False, True]


def test_percentiles_are_by_nearest_rank() -> None:
    values = [float(number) for number in range(1, 101)]

    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert (percentile([7.0], 0.99), percentile([], 0.5)) == (7.0, None)


def test_a_submission_is_shown_by_the_first_tick_that_counts_it_in() -> None:
    delays = tick_delays_ms(
        submitted_at=[12.0, 10.0, 13.0], shown=[(9.0, 5), (10.5, 6), (10.9, 6), (12.5, 7)], base=5, until=20.0
    )

    assert delays == [500.0, 500.0, 7000.0]


def test_a_tick_before_the_ack_delays_by_nothing() -> None:
    assert tick_delays_ms(submitted_at=[10.0], shown=[(9.9, 1)], base=0, until=20.0) == [0.0]
