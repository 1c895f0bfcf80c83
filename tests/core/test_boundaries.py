"""Round boundaries are read as announcements write them, "24h00" included; nonsense is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.core.rules.boundaries import closing, opening, weekly
from backend.core.rules.plans import Period, read_plan

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "text", ["2023-09-01T24:00", "24h00 ngày 1/9/2023", "24h ngày 01-9-2023", "24:00, 01/09/2023", "1/9/2023 24 giờ 00"]
)
def test_24h00_is_the_first_moment_of_the_next_day(text: str) -> None:
    assert closing(text, zone=HANOI) == datetime(2023, 9, 1, 17, tzinfo=UTC)
    assert closing("24h00 ngày 31/12/2023", zone=HANOI) == datetime(2023, 12, 31, 17, tzinfo=UTC)
    assert closing("24h00 ngày 29/2/2024", zone=HANOI) == datetime(2024, 2, 29, 17, tzinfo=UTC)


def test_a_bare_date_opens_with_its_day_and_closes_after_it() -> None:
    assert opening("2025-11-10", zone=HANOI) == datetime(2025, 11, 9, 17, tzinfo=UTC)
    assert closing("16/11/2025", zone=HANOI) == datetime(2025, 11, 16, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "24h01 ngày 1/9/2023",
        "25h00 ngày 1/9/2023",
        "12h60 ngày 1/9/2023",
        "2023-09-01T24:00:01",
        "2023-02-29",
        "31/4/2023",
        "0/0/2023",
        "2023-9-1T8",
        "tám giờ ngày 1/9/2023",
        "1/9/23",
        "١/٩/2023",
        "",
        "1/9/2023" + " " * 99,
        None,
        20230901,
    ],
)
def test_what_is_no_instant_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r"no such|no date|short text"):
        closing(text, zone=HANOI)


def test_weekly_rounds_follow_each_other() -> None:
    first = opening("2019-09-16T10:00", zone=HANOI), closing("2019-09-23T09:00", zone=HANOI)

    rounds = weekly(*first, count=20, zone=HANOI)

    assert (len(rounds), rounds[0], rounds[19][1]) == (20, first, datetime(2020, 2, 3, 2, tzinfo=UTC))


def test_weekly_rounds_keep_their_hour_where_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    opens_at = opening("2026-10-26T08:00", zone=zone)

    rounds = weekly(opens_at, opens_at + timedelta(hours=1), count=2, zone=zone)

    assert [one.hour for one, _ in rounds] == [12, 13]


@pytest.mark.parametrize(("hours", "count"), [(0, 2), (-1, 1), (169, 2), (1, 0), (1, 101)])
def test_impossible_weeks_are_refused(hours: int, count: int) -> None:
    opens_at = datetime(2026, 11, 16, tzinfo=UTC)

    with pytest.raises(ValueError, match=r"weeks|ends before|begins before"):
        weekly(opens_at, opens_at + timedelta(hours=hours), count=count, zone=HANOI)


def test_a_plan_is_read_whole() -> None:
    plan = read_plan(
        {"title": "Thử", "rulebook": {"question_count": 5}, "rounds": [{"opens": "1/9/2023", "closes": "2/9/2023"}]},
        zone=HANOI,
    )

    assert (plan.title, plan.rulebook.question_count, plan.rounds) == (
        "Thử",
        5,
        (Period(1, datetime(2023, 8, 31, 17, tzinfo=UTC), datetime(2023, 9, 2, 17, tzinfo=UTC)),),
    )


GOOD: dict[str, Any] = {"title": "Thử", "rulebook": {}, "rounds": [{"opens": "1/9/2023", "closes": "2/9/2023"}]}


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": None},
        {"rulebook": []},
        {"rulebook": {"question_count": 0}},
        {"rounds": []},
        {"rounds": "soon"},
        {"rounds": ["1/9/2023"]},
        {"rounds": [{"opens": "1/9/2023"}]},
        {"rounds": [{"opens": "2/9/2023", "closes": "1/9/2023"}]},
        {"rounds": [*GOOD["rounds"], {"opens": "2/9/2023", "closes": "5/9/2023"}]},
        {"rounds": {"opens": "1/9/2023", "closes": "2/9/2023"}},
        {"rounds": {"opens": "1/9/2023", "closes": "2/9/2023", "weeks": "many"}},
        {"colour": "red"},
    ],
)
def test_a_plan_that_says_too_little_or_too_much_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_plan({**GOOD, **change}, zone=HANOI)
