"""The one deadline predicate and its neighbours, at their edges."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.core import timing

START = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
CLOSE = START + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("duration", "closes_at", "expected"),
    [
        (timedelta(minutes=15), CLOSE, START + timedelta(minutes=15)),
        (timedelta(minutes=15), START + timedelta(minutes=5), START + timedelta(minutes=5)),
        (None, CLOSE, CLOSE),
    ],
)
def test_deadline_is_the_earlier_of_own_time_and_close(
    duration: timedelta | None, closes_at: datetime, expected: datetime
) -> None:
    assert timing.deadline(started_at=START, duration=duration, closes_at=closes_at) == expected


@pytest.mark.parametrize(("late_by", "expected"), [(-SECOND, True), (0 * SECOND, True), (2 * SECOND, True)])
def test_in_time_up_to_the_end_of_grace(late_by: timedelta, expected: bool) -> None:
    assert timing.is_in_time(received_at=CLOSE + late_by, deadline_at=CLOSE) is expected


def test_one_microsecond_after_grace_is_late_and_only_then_overdue() -> None:
    edge = CLOSE + timing.GRACE
    after = edge + timedelta(microseconds=1)

    assert [timing.is_in_time(received_at=t, deadline_at=CLOSE) for t in (edge, after)] == [True, False]
    assert [timing.is_overdue(now=t, deadline_at=CLOSE) for t in (edge, after)] == [False, True]


def test_used_time_never_exceeds_the_time_given() -> None:
    ends = (START + timedelta(seconds=1, microseconds=1500), CLOSE + timing.GRACE, START - SECOND)

    assert [timing.used_ms(started_at=START, ended_at=e, deadline_at=CLOSE) for e in ends] == [1001, 3_600_000, 0]
