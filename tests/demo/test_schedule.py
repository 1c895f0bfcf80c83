"""Whatever the hour, the demo has one open round, one behind and two ahead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.demo.schedule import HANOI, weekly_rounds


@given(st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds are naive by contract
def test_round_two_holds_the_present_at_any_instant(now: datetime) -> None:
    first, second, third, fourth = weekly_rounds(now=now)

    assert second.opens_at <= now < second.closes_at
    assert first.closes_at <= second.opens_at < second.closes_at <= third.opens_at < third.closes_at <= fourth.opens_at


@pytest.mark.parametrize(
    ("now", "opens", "closes"),
    [
        ("2026-11-18T12:00", "2026-11-16T08:00", "2026-11-22T23:00"),
        ("2026-11-22T22:59", "2026-11-16T08:00", "2026-11-22T23:00"),
        ("2026-11-22T23:00", "2026-11-22T23:00", "2026-11-29T23:00"),  # the gap: the coming round opens early
        ("2026-11-23T07:59", "2026-11-22T23:00", "2026-11-29T23:00"),
        ("2026-11-23T08:00", "2026-11-23T08:00", "2026-11-29T23:00"),
    ],
)
def test_the_open_round_runs_from_monday_eight_to_sunday_eleven(now: str, opens: str, closes: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=HANOI)

    second = weekly_rounds(now=at)[1]

    local = [t.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M") for t in (second.opens_at, second.closes_at)]
    assert local == [opens, closes]
    assert second.closes_at - second.opens_at >= timedelta(days=6)
