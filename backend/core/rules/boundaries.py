"""Read the instants at which rounds open and close, as announcements write them. Pure: the zone is passed in."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_LOCAL_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_LOCAL_TIME = re.compile(r"(\d{1,2})\s*(?:h|:|giờ)\s*(\d{2})?", re.ASCII)
_LONGEST = 60


def opening(text: str, *, zone: tzinfo) -> datetime:
    """Return the instant in UTC; a bare date means its first moment. Raises ValueError."""
    return _read(text, zone=zone, bare_is_end=False)


def closing(text: str, *, zone: tzinfo) -> datetime:
    """Return the instant in UTC; a bare date means its whole day, "24h00" the first moment of the next day."""
    return _read(text, zone=zone, bare_is_end=True)


def weekly(
    first_opens_at: datetime, first_closes_at: datetime, *, count: int, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """Repeat a round every seven local days. Raises ValueError where it does not end, or runs into the next week's."""
    if not 1 <= count <= 100:
        raise ValueError(f"{count} weeks")
    rounds = [
        (_weeks_later(first_opens_at, week, zone), _weeks_later(first_closes_at, week, zone)) for week in range(count)
    ]
    check_periods(rounds)
    return rounds


def check_periods(rounds: list[tuple[datetime, datetime]]) -> None:
    """Raise ValueError unless every round ends after it starts and none begins before the one before it ends."""
    for number, (opens_at, closes_at) in enumerate(rounds, start=1):
        if closes_at <= opens_at:
            raise ValueError(f"round {number} ends before it starts")
        if number > 1 and opens_at < rounds[number - 2][1]:
            raise ValueError(f"round {number} begins before round {number - 1} ends")


def _read(text: object, *, zone: tzinfo, bare_is_end: bool) -> datetime:
    """Take "2023-09-01T24:00", "24h00 ngày 1/9/2023", "23:00 01-09-2023", "1/9/2023"."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise ValueError("an instant is a short text")
    day, hour, minute, second = _parts(text.strip())
    if hour is None:
        hour = 24 if bare_is_end else 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise ValueError(f"no such time of day: {text!r}")
    local = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
    return local.replace(tzinfo=zone).astimezone(UTC)


def _parts(text: str) -> tuple[date, int | None, int, int]:
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day, hour, minute, second = (None if part is None else int(part) for part in iso.groups())
        return _date(year or 0, month or 0, day or 0, text), hour, minute or 0, second or 0
    found = _LOCAL_DATE.search(text)
    if found is None:
        raise ValueError(f"no date in {text!r}")
    day_of, month_of, year_of = map(int, found.groups())
    rest = re.sub(r"ngày|,|\s+", " ", text[: found.start()] + " " + text[found.end() :]).strip()
    if not rest:
        return _date(year_of, month_of, day_of, text), None, 0, 0
    time = _LOCAL_TIME.fullmatch(rest)
    if time is None:
        raise ValueError(f"no such time of day: {text!r}")
    return _date(year_of, month_of, day_of, text), int(time[1]), int(time[2] or 0), 0


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"no such day: {text!r}") from None


def _weeks_later(instant: datetime, weeks: int, zone: tzinfo) -> datetime:
    local = instant.astimezone(zone).replace(tzinfo=None) + timedelta(weeks=weeks)
    return local.replace(tzinfo=zone).astimezone(UTC)
