"""Wait until something beside a transaction has either ended or is held up by the transaction's locks."""

import time
from concurrent.futures import Future
from typing import Any

from django.db import connection

PAUSE_S = 0.02
# The table of locks, because that of activity is read once a transaction.
_BLOCKED = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND coalesce(%s, pg_backend_pid()) = ANY(pg_blocking_pids(pid))
"""


def ended_or_waiting(future: "Future[Any]", *, blocked_by: int | None = None, within_s: float = 60) -> None:
    """Return once the future is done, or once somebody waits for a lock of this connection, or of the backend named."""
    until = time.monotonic() + within_s
    while not future.done() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_BLOCKED, [blocked_by])
            if cursor.fetchone()[0]:
                return
        time.sleep(PAUSE_S)
