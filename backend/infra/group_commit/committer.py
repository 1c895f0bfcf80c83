"""The flusher: takes whatever waits, writes it with one statement, commits, and only then tells the senders.

It never drops a write silently: each is told its outcome, or that it should be sent again. Writes must be idempotent:
after a lost connection the same batch is written once more.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Generic, TypeVar

import psycopg
import structlog

from backend.infra import failpoints
from backend.infra.group_commit import metrics
from backend.infra.group_commit.reserved import Connection, ConnectionLost, ReservedConnection

log = structlog.get_logger(__name__)
T = TypeVar("T")
R = TypeVar("R")

CAPACITY = 2_000
BATCH_MAX = 500
AGE_MAX_S = 1.0  # after this the sender is told to try again; the write itself stays in the queue
LIFETIME_S = 60.0  # after this nobody waits for it any more
RETRY_MS = 1_000
_BACKOFF_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
_CONTENDED_PAUSE_S = 0.02
# What a row itself causes; any other error is the server's, and the batch is tried again.
_POISON = (psycopg.DataError, psycopg.IntegrityError)


class Failure(StrEnum):
    """Why a write has no outcome."""

    RETRY = "retry"
    REFUSED = "refused"


class QueueFull(Exception):
    """The queue is at its bound; try again after RETRY_MS."""


Done = Callable[[R | Failure], None]
# Returns one outcome a write, in order; None for a write whose row was locked just now.
Write = Callable[[Connection, Sequence[T]], Awaitable[Sequence[R | None]]]


class _Entry(Generic[T, R]):
    __slots__ = ("at", "done", "is_settled", "is_told", "write")

    def __init__(self, write: T, done: Done[R], at: float) -> None:
        self.write = write
        self.done = done
        self.at = at
        self.is_told = False
        self.is_settled = False

    def tell(self, outcome: R | Failure) -> None:
        """Tell the sender once. A write whose sender was only told to try again is still to be written."""
        self.is_settled = self.is_settled or outcome is not Failure.RETRY
        if not self.is_told:
            self.is_told = True
            self.done(outcome)


class GroupCommit(Generic[T, R]):
    """One per event loop. `run` is its one task; natural batching: no timer delays a lone write."""

    def __init__(
        self,
        *,
        name: str,
        write: Write[T, R],
        capacity: int = CAPACITY,
        batch_max: int = BATCH_MAX,
        age_max_s: float = AGE_MAX_S,
    ) -> None:
        self._write = write
        self._capacity = capacity
        self._batch_max = batch_max
        self._age_max_s = age_max_s
        self._connection = ReservedConnection(name)
        self._queue: deque[_Entry[T, R]] = deque()
        self._batch: Sequence[_Entry[T, R]] = ()
        self._aside_count = 0
        self._warming: list[asyncio.Future[bool]] = []
        self._is_over = False
        self._acks = metrics.ACKS.labels(name)
        self._ack_latency = metrics.ACK_LATENCY.labels(name)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def waiting_count(self) -> int:
        return len(self._queue) + len(self._batch) + self._aside_count

    def enqueue(self, write: T, done: Done[R]) -> None:
        """Queue a write; `done` is called exactly once, in the loop, after its commit. Raises QueueFull."""
        if self.waiting_count >= self._capacity:
            metrics.RETRIES.labels("full").inc()
            raise QueueFull
        self._queue.append(_Entry(write, done, time.monotonic()))
        self._idle.clear()
        self._wake.set()

    async def commit(self, write: T) -> R | Failure:
        """Queue a write and wait for its outcome. Raises QueueFull."""
        future: asyncio.Future[R | Failure] = asyncio.get_running_loop().create_future()
        self.enqueue(write, lambda outcome: None if future.done() else future.set_result(outcome))
        return await future

    async def warm(self) -> bool:
        """Open the connection and write a batch of nobody, in the flusher's own turn.

        False where that failed, or where the flusher has ended.
        """
        if self._is_over:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._warming.append(future)
        self._wake.set()
        return await future

    async def drained(self, timeout_s: float) -> bool:
        """Wait until nothing waits any more; False where that took too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        return self._idle.is_set()

    async def run(self) -> None:
        """Flush for ever. Cancel to stop; what waits is then told to try again."""
        watch = asyncio.ensure_future(self._watch_ages())
        outages = 0
        try:
            while True:
                await self._wait_for_work()
                if self._warming:
                    await self._warm_up()
                    continue
                self._batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]
                metrics.BATCH_SIZE.observe(len(self._batch))
                oldest_at = self._batch[0].at
                if await self._flush(self._batch):
                    # Once a commit, not once an answer: a figure that processes share costs more than a frame.
                    self._ack_latency.observe(time.monotonic() - oldest_at)
                    outages = 0
                    continue
                # In front of what came later; ages go on counting.
                self._queue.extendleft(
                    entry for entry in reversed(self._batch) if not (entry.is_settled or self._is_too_old(entry))
                )
                self._batch = ()
                metrics.OUTAGES.inc()
                await asyncio.sleep(_BACKOFF_S[min(outages, len(_BACKOFF_S) - 1)])
                outages += 1
        finally:
            watch.cancel()
            for entry in (*self._batch, *self._queue):
                entry.tell(Failure.RETRY)
            self._is_over = True
            self._tell_warm(is_warm=False)
            await self._connection.close()

    async def _wait_for_work(self) -> None:
        self._batch = ()
        while not (self._queue or self._warming):
            if not self._aside_count:
                self._idle.set()
            self._wake.clear()
            metrics.QUEUE_LENGTH.set(0)
            await self._wake.wait()
        metrics.QUEUE_LENGTH.set(len(self._queue))

    async def _warm_up(self) -> None:
        try:
            await self._connection.call(lambda connection: self._write(connection, ()))
        except Exception as error:  # noqa: BLE001  # whatever happens to a batch of nobody, the flusher goes on
            log.warning("group_commit_not_warm", cause=type(error).__name__)
            self._tell_warm(is_warm=False)
        else:
            self._tell_warm(is_warm=True)

    def _tell_warm(self, *, is_warm: bool) -> None:
        for future in self._warming:
            if not future.done():
                future.set_result(is_warm)
        self._warming.clear()

    async def _flush(self, entries: Sequence[_Entry[T, R]]) -> bool:
        """Write, halving the batch around a write that the database refuses. False: the database is out."""
        writes = [entry.write for entry in entries]
        try:
            outcomes = await self._connection.call(lambda connection: self._write(connection, writes))
        except ConnectionLost as error:
            log.warning("group_commit_connection_lost", error=str(error), cause=repr(error.__cause__))
            return False
        except psycopg.Error as error:
            if not isinstance(error, _POISON):
                log.warning("group_commit_refused", sqlstate=error.sqlstate, batch=len(entries))
                return False
            return await self._halve(entries, error)
        except Exception as error:  # noqa: BLE001  # whatever a write does to the driver, its neighbors must not suffer
            return await self._halve(entries, error)
        failpoints.hit("after_commit_before_ack")
        contended_count = 0
        for entry, outcome in zip(entries, outcomes, strict=True):
            if outcome is None:
                contended_count += 1
                self._put_aside(entry)
            else:
                entry.tell(outcome)
        self._acks.inc(len(entries) - contended_count)
        return True

    async def _halve(self, entries: Sequence[_Entry[T, R]], error: Exception) -> bool:
        if len(entries) == 1:
            # Not its own words: they may repeat what somebody wrote.
            log.error("group_commit_poison", cause=type(error).__name__, sqlstate=getattr(error, "sqlstate", None))
            entries[0].tell(Failure.REFUSED)
            return True
        middle = len(entries) // 2
        # Both halves are tried even where the first meets an outage: a batch may be written twice, never lost.
        first = await self._flush(entries[:middle])
        return await self._flush(entries[middle:]) and first

    def _put_aside(self, entry: _Entry[T, R]) -> None:
        """Try a write again soon whose row another transaction holds: nobody else waits for that lock."""
        if self._is_too_old(entry):
            return
        self._aside_count += 1

        def back() -> None:
            self._aside_count -= 1
            self._queue.append(entry)
            self._wake.set()

        asyncio.get_running_loop().call_later(_CONTENDED_PAUSE_S, back)

    def _is_too_old(self, entry: _Entry[T, R]) -> bool:
        if time.monotonic() - entry.at < LIFETIME_S:
            return False
        entry.tell(Failure.RETRY)
        return True

    async def _watch_ages(self) -> None:
        while True:
            await asyncio.sleep(AGE_MAX_S / 4)
            limit = time.monotonic() - self._age_max_s
            for entry in (*self._batch, *self._queue):
                if entry.at < limit and not entry.is_told:
                    metrics.RETRIES.labels("age").inc()
                    entry.tell(Failure.RETRY)
