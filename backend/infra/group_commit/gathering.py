"""Many waiting calls, one transaction: what Django writes, written for everybody who waits at once.

`GroupCommit` speaks to PostgreSQL itself; this one hands the whole batch to a function that runs in a thread and may
use models and services. Each caller is told only after that function, and so its commit, is done. Calls must be
idempotent: around one that fails the batch is run again in halves.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, close_old_connections

from backend.infra.group_commit.committer import QueueFull

log = structlog.get_logger(__name__)
T = TypeVar("T")
R = TypeVar("R")

CAPACITY = 10_000
BATCH_MAX = 1_000
# In a crowd everybody is heard before anybody is served: a call's instant is its entry into the process, and the thread
# that serves takes turns with the loop that listens. Less than a crowd is served at once.
CROWD = 50
LISTEN_S = 0.02
LISTEN_MAX_S = 1.0


class GroupCall(Generic[T, R]):
    """One per event loop. `run` is its one task; natural batching: no timer delays a lone call."""

    def __init__(
        self,
        *,
        name: str,
        work: Callable[[Sequence[T]], Sequence[R]],
        capacity: int = CAPACITY,
        batch_max: int = BATCH_MAX,
    ) -> None:
        self._name = name
        self._work = work
        self._capacity = capacity
        self._batch_max = batch_max
        self._batch: Sequence[tuple[T, asyncio.Future[R]]] = ()
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def oldest(self) -> T | None:
        """The call that has waited longest and is not settled yet; None where nothing waits."""
        return next((one for one, _ in (*self._batch[:1], *self._waiting[:1])), None)

    async def call(self, one: T) -> R:
        """Queue a call and return its outcome, after the commit. Raises QueueFull, and what the work raised."""
        if len(self._waiting) >= self._capacity:
            raise QueueFull
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        self._idle.clear()
        self._wake.set()
        return await future

    async def drained(self, timeout_s: float) -> bool:
        """Wait until nothing waits any more; False where that took too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        return self._idle.is_set()

    async def run(self) -> None:
        """Work for ever. Cancel to stop; what waits is then told that the queue is closed."""
        try:
            while True:
                while not self._waiting:
                    self._batch = ()
                    self._idle.set()
                    self._wake.clear()
                    await self._wake.wait()
                await self._listen()
                self._batch, self._waiting = self._waiting[: self._batch_max], self._waiting[self._batch_max :]
                await self._settle(self._batch)
        finally:
            for _, future in (*self._batch, *self._waiting):
                if not future.done():
                    future.set_exception(QueueFull())

    async def _listen(self) -> None:
        """Wait while a crowd is still pouring in, for a second at most."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + LISTEN_MAX_S
        heard = 0
        while len(self._waiting) >= max(CROWD, heard + CROWD) and loop.time() < give_up_at:
            heard = len(self._waiting)
            await asyncio.sleep(LISTEN_S)

    async def _settle(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            outcomes = await sync_to_async(self._in_thread, thread_sensitive=False)([one for one, _ in batch])
        except Exception as error:  # noqa: BLE001  # whoever asked is told; the others must not suffer
            if len(batch) == 1 or _is_everybodys(error):
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                return
            log.warning("group_call_halved", name=self._name, size=len(batch), cause=type(error).__name__)
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            # Who no longer waits is not told; the work is done all the same.
            if not future.done():
                future.set_result(outcome)

    def _in_thread(self, ones: Sequence[T]) -> Sequence[R]:
        try:
            return self._work(ones)
        finally:
            close_old_connections()


def _is_everybodys(error: Exception) -> bool:
    """Tell whether the server is to blame, not one call: every half would meet the same outage or wait."""
    return isinstance(error, (DatabaseError, InterfaceError)) and not isinstance(error, (DataError, IntegrityError))
