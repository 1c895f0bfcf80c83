"""How many attempts a person may begin, in a round, a contest, a week, a day. Pure: the zone is passed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from backend.core.rules.parts import Part


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt begun before: in which round (any number that tells rounds apart), and when."""

    round_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """The start that is asked for. `zone` decides where days and weeks begin."""

    round_id: int
    now: datetime
    zone: tzinfo

    @property
    def day(self) -> datetime:
        """Local midnight before `now`."""
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def week(self) -> datetime:
        """Local midnight of the Monday before `now` (ISO weeks)."""
        return _days_later(self.day, -self.day.weekday())


@dataclass(frozen=True, slots=True)
class Span(Part):
    """What a limit is counted over. `ends_at` says when the count starts anew, None where that has no hour."""

    holds: Callable[[Begun, Moment], bool]
    ends_at: Callable[[Moment], datetime | None]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` attempts over a span."""

    span: Span
    count: int


@dataclass(frozen=True, slots=True)
class Exceeded:
    """The limit that refuses a start, and when another may be made where waiting helps."""

    limit: Limit
    next_at: datetime | None


def exceeded(limits: Iterable[Limit], begun: Iterable[Begun], moment: Moment) -> Exceeded | None:
    """Return the limit that leaves nothing; the one that holds longest where several do."""
    before = list(begun)
    full = [limit for limit in limits if sum(limit.span.holds(one, moment) for one in before) >= limit.count]
    ends = [limit.span.ends_at(moment) for limit in full]
    found = [Exceeded(limit, end and end.astimezone(UTC)) for limit, end in zip(full, ends, strict=True)]
    never = [one for one in found if one.next_at is None]
    return never[0] if never else max(found, key=lambda one: one.next_at or moment.now, default=None)


def _days_later(midnight: datetime, days: int) -> datetime:
    # Wall-clock arithmetic in the zone: a local day has 23 or 25 hours where clocks change.
    return (midnight.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=midnight.tzinfo)


CONTEST = Span("contest", "cả hội thi", "in the whole contest", lambda begun, moment: True, lambda moment: None)
ROUND = Span(
    "round", "mỗi đợt", "a round", lambda begun, moment: begun.round_id == moment.round_id, lambda moment: None
)
WEEK = Span(
    "week",
    "mỗi tuần (từ thứ Hai đến hết Chủ nhật)",
    "a week (Monday to Sunday)",
    lambda begun, moment: moment.week <= begun.started_at < _days_later(moment.week, 7),
    lambda moment: _days_later(moment.week, 7),
)
DAY = Span(
    "day",
    "mỗi ngày",
    "a day",
    lambda begun, moment: moment.day <= begun.started_at < _days_later(moment.day, 1),
    lambda moment: _days_later(moment.day, 1),
)

WEEK_IS_CALENDAR = Part("calendar", "tuần tính từ thứ Hai", "weeks begin on Monday")
WEEK_IS_ROUND = Part("round", "mỗi đợt là một tuần thi", "each round is one week of the contest")
