"""Many waiting reads, one statement: a thousand phones that reconnect in one second cost a few dozen queries."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import psycopg
import structlog

from backend.infra.group_commit import metrics
from backend.infra.group_commit.reserved import Connection, ConnectionLost, ReservedConnection

log = structlog.get_logger(__name__)
K = TypeVar("K")
V = TypeVar("V")

BATCH_MAX = 500
CAPACITY = 20_000


class ReadFailed(Exception):
    """The database did not answer; the caller may try again later."""


Load = Callable[[Connection, Sequence[K]], Awaitable[Sequence[V]]]


class GroupRead(Generic[K, V]):
    """One per event loop. `run` is its one task; `load` returns one value a key, in order.

    Whoever asks first waits `gather_s` for others: a crowd that trickles in then costs a few statements, not thousands.
    Beyond `capacity` who asks is told to come later at once.
    """

    def __init__(self, *, name: str, load: Load[K, V], gather_s: float = 0.0, capacity: int = CAPACITY) -> None:
        self._load = load
        self._gather_s = gather_s
        self._capacity = capacity
        self._most_waiting = 0
        self._told_most = metrics.READS_WAITING_MOST.labels(name)
        self._refused = metrics.READS_REFUSED.labels(name)
        self._connection = ReservedConnection(name)
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._wake = asyncio.Event()

    async def get(self, key: K) -> V:
        """Wait for the key's value. Raises ReadFailed."""
        if len(self._waiting) >= self._capacity:
            self._refused.inc()
            raise ReadFailed
        future: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, future))
        self._wake.set()
        return await future

    async def run(self) -> None:
        """Read for ever. Cancel to stop."""
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(self._gather_s)
                self._tell_most(len(self._waiting))
                # In no name of this frame: while it sleeps it would hold what was read last.
                await self._read(self._take())
        finally:
            for _, future in self._waiting:
                if not future.done():
                    future.set_exception(ReadFailed())
            await self._connection.close()

    def _tell_most(self, waiting: int) -> None:
        # What waits only grows until it is taken: here every peak passes by.
        if waiting > self._most_waiting:
            self._most_waiting = waiting
            self._told_most.set(waiting)

    def _take(self) -> Sequence[tuple[K, asyncio.Future[V]]]:
        batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
        if not self._waiting:
            self._wake.clear()
        return batch

    async def _read(self, batch: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        keys = [key for key, _ in batch]
        try:
            values = await self._call_twice(keys)
        except asyncio.CancelledError:
            self._fail(batch)
            raise
        except Exception as error:  # noqa: BLE001  # nobody may wait for ever
            log.warning("group_read_failed", cause=repr(error))
            self._fail(batch)
            return
        for (_, future), value in zip(batch, values, strict=True):
            if not future.done():
                future.set_result(value)

    async def _call_twice(self, keys: Sequence[K]) -> Sequence[V]:
        """A connection that a restart of the server broke is found out by using it: ask a second time."""
        try:
            return await self._connection.call(lambda connection: self._load(connection, keys))
        except (ConnectionLost, psycopg.OperationalError):
            return await self._connection.call(lambda connection: self._load(connection, keys))

    @staticmethod
    def _fail(batch: Sequence[tuple[K, asyncio.Future[V]]]) -> None:
        for _, future in batch:
            if not future.done():
                future.set_exception(ReadFailed())
