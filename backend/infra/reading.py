"""Read several tables as of one instant, and say which instant that was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

# A transaction without an xid may still become a writer; one older than any allowed write transaction reads only.
_IN_FLIGHT = """
SELECT least(clock_timestamp(), min(xact_start))
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '10 seconds')
"""
# Write transactions completed before the snapshot: grows with each one, so it orders any two snapshots of a server.
_VERSION = """
SELECT pg_snapshot_xmax(s)::text::bigint - (SELECT count(*) FROM pg_snapshot_xip(s))
FROM (SELECT pg_current_snapshot() AS s) AS now
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which snapshot was read. Everything that began to be written before `as_of` is in it.

    Of two stamps of one server the higher `version` saw more; equal versions saw the same. `is_alone`: the transaction
    is ours, and nothing was written in it.
    """

    version: int
    as_of: datetime
    is_alone: bool


def advance_version() -> None:
    """Let the next snapshot have a higher version although nothing was written: an empty write transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


def widen_timeout(timeout_s: int) -> None:
    """Let statements take so long until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{timeout_s}s"])


def current_version() -> int:
    """Return the version of a snapshot taken now: every snapshot without what was committed before has a lower one."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return int(cursor.fetchone()[0])


@contextmanager
def one_snapshot(*, timeout_s: int | None = None) -> Iterator[Stamp]:
    """Open a read-only transaction in which every query sees the same instant; yield its stamp.

    Inside a transaction of the caller the isolation is the caller's. `timeout_s` widens the statement timeout.
    """
    with connection.cursor() as cursor:
        # Before the snapshot: read after it, a writer that has just finished would be overlooked.
        cursor.execute(_IN_FLIGHT)
        as_of = cursor.fetchone()[0]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if timeout_s is not None:
            widen_timeout(timeout_s)
        cursor.execute(_VERSION)
        yield Stamp(version=cursor.fetchone()[0], as_of=as_of, is_alone=is_outermost)
