"""One asynchronous PostgreSQL connection kept for one purpose, outside every pool, reopened when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import psycopg
import structlog
from django.conf import settings
from django.db import connections

log = structlog.get_logger(__name__)
T = TypeVar("T")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

CONNECT_TIMEOUT_S = 3
CALL_TIMEOUT_S = 6.0  # a little above statement_timeout: only a server that hangs, or a cut line, gets this far
# A line that is cut without a word is noticed by TCP within five seconds.
_KEEPALIVE = {"keepalives_idle": 3, "keepalives_interval": 1, "keepalives_count": 2, "tcp_user_timeout": 5000}
# These connections look rows up by key alone. Statistics of a table that was empty a minute ago must not talk the
# planner into scanning it; synchronous_commit is the promise itself and does not depend on the server's default.
_OPTIONS = (
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"
    " -c synchronous_commit=on -c enable_seqscan=off -c jit=off"
)


class ConnectionLost(Exception):
    """The connection broke: what was under way may or may not have been committed."""


class ReservedConnection:
    """Opens on first use. Calls on it are made one after another by its single owner."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: Connection | None = None

    async def call(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work`. Raises ConnectionLost, or whatever else `work` raised."""
        connection = await self._open()
        task = asyncio.ensure_future(work(connection))
        try:
            done, _ = await asyncio.wait({task}, timeout=CALL_TIMEOUT_S)
        except asyncio.CancelledError:
            await self._abandon(connection, task)
            raise
        if not done:
            await self._abandon(connection, task)
            raise ConnectionLost(f"{self._name}: no answer within {CALL_TIMEOUT_S} s")
        try:
            return task.result()
        except psycopg.Error as error:
            if connection.closed:
                self._connection = None
                raise ConnectionLost(self._name) from error
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S + 1):
                    self._connection = await psycopg.AsyncConnection.connect(
                        **parameters(self._name), autocommit=True, prepare_threshold=0
                    )
            except (psycopg.Error, OSError, TimeoutError) as error:
                raise ConnectionLost(self._name) from error
        return self._connection

    async def _abandon(self, connection: Connection, task: asyncio.Future[T]) -> None:
        # Closing first: cancelling a call on a live connection would wait for a server that may never answer.
        self._connection = None
        await connection.close()
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


def parameters(name: str) -> dict[str, Any]:
    """Return what psycopg needs to open a connection of one's own to the database that Django uses."""
    # Read at call time: the test runner renames the database after settings are loaded.
    parts = connections["default"].settings_dict
    return {
        "dbname": parts["NAME"],
        "user": parts["USER"] or None,
        "password": parts["PASSWORD"] or None,
        "host": parts["HOST"] or None,
        "port": parts["PORT"] or None,
        "application_name": f"hoithi {name}",
        "connect_timeout": CONNECT_TIMEOUT_S,
        "options": f"{_OPTIONS} -c timezone={'UTC' if settings.USE_TZ else settings.TIME_ZONE}",
        **_KEEPALIVE,
    }
