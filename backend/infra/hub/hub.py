"""The fan-out of one process: a local map of topics to sockets, fed by one subscription.

Loss is told, never silent: after any doubt about what was heard, every socket is told to fetch anew.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import redis
import redis.asyncio
import structlog

from backend.infra import clock, keys, valkey
from backend.infra.hub.subscriber import Subscriber
from backend.infra.ticks import Epoch, Frame

log = structlog.get_logger(__name__)

Build = Callable[[str], Awaitable[Frame | None]]

TICK_S = 1.0  # people cannot read faster, and sockets cost by the frame
SILENCE_S = 3.0
PING_S = 1.0
WATCH_S = 5.0
RECONNECT_MAX_S = 3.0
# Told all at once, every client of a process would fetch at the same instant.
RESET_SPREAD_S = 2.0
_LOST = (redis.RedisError, OSError, TimeoutError)


class Unavailable(Exception):
    """A topic's state cannot be built right now; it will tick once it can."""


class _Topic:
    """The sockets of one topic and its newest frame."""

    __slots__ = ("fanned_at", "latest", "loading", "subscribers", "timer")

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.latest: Frame | None = None
        self.fanned_at = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.loading: asyncio.Task[Frame | None] | None = None


class Hub:
    """Started once per event loop. `build` makes a topic's state from PostgreSQL; it answers None for no such topic."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._topics: dict[str, _Topic] = {}
        self._client = valkey.async_client()
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self._heard_once = False

    def start(self) -> None:
        """Begin to listen."""
        self._tasks = [self._loop.create_task(self._listen()), self._loop.create_task(self._keep_watched())]

    async def stop(self) -> None:
        """End every task and close the connection."""
        for topic in self._topics.values():
            if topic.timer is not None:
                topic.timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def subscribe(self, subscriber: Subscriber, name: str, seen: tuple[Epoch, int] | None = None) -> bool:
        """Follow a topic and get its present state, unless `seen` is it. False where there is no such topic.

        Raises Unavailable where only later ticks will come.
        """
        topic = self._topics.setdefault(name, _Topic())
        subscriber.topics.add(name)
        topic.subscribers.add(subscriber)
        if seen is not None:
            subscriber.seen(name, *seen)
        if len(topic.subscribers) == 1:
            await self._say_watched([name])
        frame = await self._present(name, topic)
        if frame is None:
            self.unsubscribe(subscriber, name)
            return False
        if subscriber in topic.subscribers and (seen is None or frame.epoch != seen[0] or frame.version > seen[1]):
            subscriber.offer(frame)
        return True

    def unsubscribe(self, subscriber: Subscriber, name: str) -> None:
        """Stop following a topic."""
        subscriber.drop(name)
        topic = self._topics.get(name)
        if topic is None:
            return
        topic.subscribers.discard(subscriber)
        if not topic.subscribers:
            if topic.timer is not None:
                topic.timer.cancel()
            del self._topics[name]

    def leave(self, subscriber: Subscriber) -> None:
        """Let a closed socket go."""
        for name in list(subscriber.topics):
            self.unsubscribe(subscriber, name)

    def heard(self, frame: Frame) -> None:
        """Take a published frame; pass it on now, or when the topic's second is over."""
        topic = self._topics.get(frame.topic)
        if topic is None or not frame.is_newer_than(topic.latest):
            return
        topic.latest = frame
        if topic.timer is None:
            wait_s = max(0.0, topic.fanned_at + TICK_S - self._loop.time())
            topic.timer = self._loop.call_later(wait_s, self._fan_out, topic)

    def _fan_out(self, topic: _Topic) -> None:
        topic.timer = None
        topic.fanned_at = self._loop.time()
        if topic.latest is not None:
            for subscriber in topic.subscribers:
                subscriber.offer(topic.latest)

    async def _present(self, name: str, topic: _Topic) -> Frame | None:
        """Return the topic's newest state; whoever asks while it is being fetched waits for the same answer."""
        if topic.latest is not None:
            return topic.latest
        if topic.loading is None:
            topic.loading = self._loop.create_task(self._load(name))
        try:
            frame = await asyncio.shield(topic.loading)
        finally:
            topic.loading = None
        if frame is not None and frame.is_newer_than(topic.latest):
            topic.latest = frame
        return topic.latest

    async def _load(self, name: str) -> Frame | None:
        with suppress(*_LOST, ValueError):
            async with asyncio.timeout(1):
                stored = await self._client.get(keys.snapshot(name))
            if stored is not None:
                return Frame.decode(stored)
        return await self._build(name)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                await self._hear_all()
            except _LOST as error:
                log.warning("ticks_unheard", error=type(error).__name__)
            failures += 1
            await asyncio.sleep(random.uniform(0, min(RECONNECT_MAX_S, 0.2 * 2 ** min(failures, 5))))  # noqa: S311

    async def _hear_all(self) -> None:
        """Listen until the connection is lost or silent. Raises what the client raises, TimeoutError for silence."""
        async with self._client.pubsub() as channel:
            await channel.subscribe(keys.TICKS_CHANNEL)
            heard_at = pinged_at = self._loop.time()
            self._resync()
            while True:
                message = await channel.get_message(timeout=PING_S)
                now = self._loop.time()
                if message is not None:
                    heard_at = now
                    self._receive(message)
                elif now - heard_at > SILENCE_S:
                    raise TimeoutError
                if now - pinged_at >= PING_S:
                    pinged_at = now
                    async with asyncio.timeout(SILENCE_S):
                        await channel.ping()

    def _receive(self, message: dict[str, Any]) -> None:
        if message["type"] != "message":
            return
        try:
            self.heard(Frame.decode(message["data"]))
        except ValueError:
            log.warning("tick_unreadable")

    def _resync(self) -> None:
        """Whatever was said while nobody listened is lost: all topics are read anew, and their clients told so."""
        if self._heard_once:
            for name in list(self._topics):
                self._tasks.append(self._loop.create_task(self._renew(name)))
        self._heard_once = True
        self._tasks = [task for task in self._tasks if not task.done()]

    async def _renew(self, name: str) -> None:
        topic = self._topics.get(name)
        if topic is None:
            return
        topic.latest = None
        await self._say_watched([name])
        try:
            await self._present(name, topic)
        except Exception as error:  # noqa: BLE001  # PostgreSQL may be away too; the reset makes clients ask later
            log.warning("topic_not_renewed", topic=name, error=type(error).__name__)
        for subscriber in list(topic.subscribers):
            self._loop.call_later(random.uniform(0, RESET_SPREAD_S), self._tell_missed, subscriber, name)  # noqa: S311

    def _tell_missed(self, subscriber: Subscriber, name: str) -> None:
        topic = self._topics.get(name)
        if topic is None or subscriber not in topic.subscribers:
            return
        subscriber.reset(name)
        if topic.latest is not None:
            subscriber.offer(topic.latest)

    async def _keep_watched(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            await self._say_watched(list(self._topics))

    async def _say_watched(self, names: list[str]) -> None:
        """Let the publisher know which topics are worth a tick."""
        if not names:
            return
        at = clock.now().timestamp()
        with suppress(*_LOST):
            async with asyncio.timeout(1):
                await self._client.zadd(keys.WATCHED, dict.fromkeys(names, at))
