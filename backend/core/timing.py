"""When an attempt ends and what still counts. Pure: every instant is passed in, all are aware UTC datetimes."""

from datetime import datetime, timedelta

# One slow 3G round trip plus our own queue. It forgives the network, never the person: the page closes at the deadline.
GRACE = timedelta(seconds=2)


def deadline(*, started_at: datetime, duration: timedelta | None, closes_at: datetime) -> datetime:
    """Return the instant an attempt ends: its own time, or the round's close where that comes first."""
    if duration is None:
        return closes_at
    return min(started_at + duration, closes_at)


def is_in_time(*, received_at: datetime, deadline_at: datetime) -> bool:
    """Tell whether something received then still counts. The one deadline predicate: SQL repeats it word for word."""
    return received_at <= deadline_at + GRACE


def is_overdue(*, now: datetime, deadline_at: datetime) -> bool:
    """Tell whether an open attempt may be closed by the sweeper: nothing that counts can still arrive."""
    return now > deadline_at + GRACE


def used_ms(*, started_at: datetime, ended_at: datetime, deadline_at: datetime) -> int:
    """Return the time used in milliseconds, never more than the attempt had."""
    return max(0, int((min(ended_at, deadline_at) - started_at) / timedelta(milliseconds=1)))
