"""Be the only one, of all processes and threads, to do something that takes several transactions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from backend.infra.group_commit.reserved import parameters

# A machine that went without a word is noticed within a minute; the system would take two hours.
_NOTICE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Yield whether this is the only one to do `name` until the block ends; nobody waits. Raises psycopg.Error.

    An advisory lock on a connection of its own says so, which PostgreSQL drops with the process, however it dies.
    Should that connection alone break, another one may begin: what is done must be right all the same.
    """
    options = parameters("alone")
    options["options"] += f" {_NOTICE}"
    with psycopg.connect(**options, autocommit=True) as held:
        row = held.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()
        try:
            yield row is not None and bool(row[0])
        finally:
            # Before the end: PostgreSQL drops the locks of a closed connection a moment after it is closed.
            with suppress(psycopg.Error):
                held.execute("SELECT pg_advisory_unlock_all()")
