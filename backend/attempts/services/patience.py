"""Keep the sweeper off attempts whose press came in time and still waits in a process's queue.

The sweeper allows a few seconds for what is under way. Where thousands press at once a process may need longer; it then
says so with an advisory lock on a connection of its own, which PostgreSQL drops with the process, however it dies.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
from django.db import connection

from backend.infra import clock
from backend.infra.group_commit.reserved import Connection, ConnectionLost, ReservedConnection

# Noticed, said and seen well within `ending.SETTLE`, after which the sweeper would come.
BEHIND = timedelta(seconds=0.5)
LOOK_S = 0.25
# However long a queue is said to be: every attempt is final a minute after its deadline.
MOST = timedelta(seconds=30)

_LOCK = 1_213_484_610  # the first half of the advisory lock's name: "HTNB" read as a number
_HELD = f"""
SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = {_LOCK} AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608  # built from constants alone
_IS_HELD = f"SELECT EXISTS ({_HELD})"
# Asked again while it is held it changes nothing; after a restart of the server it is taken anew.
_HOLD = f"SELECT pg_advisory_lock_shared({_LOCK}, 0) WHERE NOT EXISTS ({_HELD} AND pid = pg_backend_pid())"
_RELEASE = "SELECT pg_advisory_unlock_all()"


def patience() -> timedelta:
    """Return how much longer than usual the sweeper has to wait: a process may be behind with presses."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD)
        return MOST if cursor.fetchone()[0] else timedelta()


async def say_when_behind(oldest: Callable[[], datetime | None]) -> None:
    """Hold the sweeper off while the oldest waiting press is older than BEHIND. Cancel to stop."""
    reserved = ReservedConnection("presses")
    is_said = False
    try:
        while True:
            await asyncio.sleep(LOOK_S)
            waiting = oldest()
            is_behind = waiting is not None and clock.now() - waiting > BEHIND
            if is_behind or is_said:
                # Without a connection nothing is held, and nothing can be swept either.
                with suppress(ConnectionLost, psycopg.Error):
                    await reserved.call(_hold if is_behind else _release)
                is_said = is_behind
    finally:
        await reserved.close()


async def _hold(reserved: Connection) -> None:
    await reserved.execute(_HOLD)


async def _release(reserved: Connection) -> None:
    await reserved.execute(_RELEASE)
