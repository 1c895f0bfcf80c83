"""Ask the line of all processes for many people at once; without Valkey this process keeps a line of its own.

Nobody is ever refused here. Where Valkey is lost people go on waiting in the order their tickets prove.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import redis
import structlog
from prometheus_client import Counter

from backend.core.waiting import Ask, Line, Pace, Place
from backend.infra import valkey
from backend.infra.waiting_room import tickets
from backend.infra.waiting_room.script import ASK, KEYS

log = structlog.get_logger(__name__)

WAITED = Counter("hoithi_starts_waited_total", "Times a person was shown a place in the line instead of a paper.")
BATCH_MAX = 500
_AWAY_S = 1.0  # a Valkey that hangs must not cost every caller the timeout
LOST = (redis.RedisError, OSError, TimeoutError)


class DoorFailed(RuntimeError):
    """The line could not be asked for another reason than a lost Valkey; the log has it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person's place, from 1, and the ticket that keeps it."""

    place: int
    retry_ms: int
    ticket: str

    @property
    def ahead(self) -> int:
        return self.place - 1


class Room:
    """One per process. Threads ask here; the event loop asks through a `Door`."""

    def __init__(self, pace: Pace, *, now_ms: Callable[[], float] | None = None) -> None:
        """Let people in at a pace. `now_ms` takes the place of Valkey's clock and of this machine's."""
        self._pace = pace
        self._now_ms = now_ms
        self._line = Line(pace)
        self._line_lock = threading.Lock()
        self._away_until = 0.0

    def ask_now(self, *, person_id: int, ticket: str | None) -> Waiting | None:
        """Return where the person waits; None: come in."""
        asks = [self.asking(person_id, ticket)]
        places = None
        if self.is_shared():
            try:
                places = read(cast(list[Any], valkey.client().eval(*self.command(asks))))
            except LOST as error:
                self.note_loss(error)
        return _told(person_id, (self.ask_here(asks) if places is None else places)[0])

    def asking(self, person_id: int, ticket: str | None) -> Ask:
        """Read the ticket, if there is one, into what the line is asked."""
        return Ask(person_id, tickets.read(person_id, ticket, self._here_ms()))

    def is_shared(self) -> bool:
        """Tell whether Valkey is worth asking: it was not lost a moment ago."""
        return time.monotonic() >= self._away_until

    def note_loss(self, error: BaseException) -> None:
        self._away_until = time.monotonic() + _AWAY_S
        log.warning("waiting_room_local", error=type(error).__name__)

    def ask_here(self, asks: Sequence[Ask]) -> list[Place | None]:
        """Ask the line of this process alone."""
        with self._line_lock:
            return self._line.ask(asks, self._here_ms())

    def command(self, asks: Sequence[Ask]) -> list[Any]:
        """Return what EVAL is given."""
        instant = "" if self._now_ms is None else f"{self._now_ms():.3f}"
        command = [ASK, len(KEYS), *KEYS, instant, str(self._pace.per_s), str(self._pace.burst)]
        for one in asks:
            command += [str(one.person_id), "" if one.joined_ms is None else f"{one.joined_ms:.3f}"]
        return command

    def _here_ms(self) -> float:
        return time.time() * 1000 if self._now_ms is None else self._now_ms()


class Door:
    """One per event loop: gathers all who ask meanwhile into one call."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._queue: list[tuple[Ask, asyncio.Future[Place | None]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._client: Any = None

    async def ask(self, *, person_id: int, ticket: str | None) -> Waiting | None:
        """Return where the person waits; None: come in."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Place | None] = loop.create_future()
        self._queue.append((self._room.asking(person_id, ticket), future))
        if self._flusher is None or self._flusher.done():
            self._flusher = loop.create_task(self._flush())
        return _told(person_id, await future)

    async def warm(self) -> None:
        """Open the connection, so that the first who ask do not wait for it."""
        with suppress(*LOST):
            async with asyncio.timeout(1):
                self._client = self._client or valkey.async_client()
                await self._client.ping()

    async def close(self) -> None:
        """Answer who still waits, and let the connection go."""
        if self._flusher is not None:
            await asyncio.gather(self._flusher, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            with suppress(*LOST):
                await client.aclose()

    async def _flush(self) -> None:
        while self._queue:
            batch, self._queue = self._queue[:BATCH_MAX], self._queue[BATCH_MAX:]
            try:
                places = await self._ask_all([one for one, _ in batch])
            except Exception:
                log.exception("door_failed", asks=len(batch))
                for _, future in batch:
                    if not future.done():
                        # One each: what many raise grows a traceback with every one of them.
                        future.set_exception(DoorFailed())
                continue
            for (_, future), place in zip(batch, places, strict=True):
                if not future.done():
                    future.set_result(place)

    async def _ask_all(self, asks: Sequence[Ask]) -> list[Place | None]:
        if self._room.is_shared():
            try:
                async with asyncio.timeout(valkey.TIMEOUT_S):
                    self._client = self._client or valkey.async_client()
                    return read(await self._client.eval(*self._room.command(asks)))
            except LOST as error:
                self._room.note_loss(error)
        return self._room.ask_here(asks)


def read(told: Sequence[Any]) -> list[Place | None]:
    """Read what the script returned."""
    return [None if one == 0 else Place(one[0], float(one[1]), int(one[2]), float(one[3])) for one in told]


def _told(person_id: int, place: Place | None) -> Waiting | None:
    if place is None:
        return None
    WAITED.inc()
    return Waiting(place.ahead + 1, place.retry_ms, tickets.write(person_id, place))
