"""One open topic socket: requests in, the newest state out, nothing queued."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable

from backend.infra import clock
from backend.infra.hub import Hub, Subscriber, Unavailable
from backend.infra.ratelimit import TokenBucket
from backend.infra.sockets.asgi import Receive, Send, close
from backend.infra.sockets.codes import CloseCode
from backend.standings.socket import frames
from backend.standings.socket.frames import BadFrame, PingFrame, SubFrame, UnsubFrame
from backend.standings.topics import parse_topic

FRAMES_PER_S = 20
FRAMES_BURST = 40
RATE_REFUSALS = 40  # refusals for rate before the socket is closed
BAD_FRAMES = 20  # frames that are none of ours before the socket is closed
REPLIES_MAX = 64
HELLO_S = 5.0  # who opens a socket and says nothing wants nothing
STUCK_S = 15.0
RETRY_S = 2.0
DRAIN_SPREAD_S = 1.0  # told all at once, all pages would come back at once
GUARD_S = 3.0  # a sign-out closes monitors within five seconds

IsStaff = Callable[[], Awaitable[bool]]


class Closed(Exception):
    """Ends the socket with a close code."""

    def __init__(self, code: CloseCode) -> None:
        self.code = code
        super().__init__(code)


class TopicSocket:
    """Open to anybody; monitors to staff alone."""

    def __init__(self, *, hub: Hub, is_staff: IsStaff, receive: Receive, send: Send) -> None:
        now = time.monotonic()
        self._hub = hub
        self._is_staff = is_staff
        self._receive = receive
        self._send = send
        self._subscriber = Subscriber()
        self._replies: deque[str] = deque()
        self._has_replies = asyncio.Event()
        self._rate = TokenBucket(per_s=FRAMES_PER_S, burst=FRAMES_BURST, now=now)
        self._patience = TokenBucket(per_s=1, burst=RATE_REFUSALS, now=now)
        self._bad_frames = 0

    async def serve(self, stopping: "asyncio.Event") -> None:
        """Talk until either side closes, or the server stops."""
        tasks = [
            asyncio.ensure_future(one)
            for one in (self._read(), self._tell(), self._reply(), self._guard(), self._stop(stopping))
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            error = next((task.exception() for task in done if task.exception() is not None), None)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._hub.leave(self._subscriber)
        if isinstance(error, Closed):
            await self._close(error.code)
        elif error is not None and not isinstance(error, OSError):
            raise error

    async def _close(self, code: CloseCode) -> None:
        try:
            # A peer that reads nothing does not take the farewell either.
            async with asyncio.timeout(1):
                await close(self._send, code)
        except (TimeoutError, OSError):
            return

    async def _stop(self, stopping: "asyncio.Event") -> None:
        await stopping.wait()
        await asyncio.sleep(random.uniform(0, DRAIN_SPREAD_S))  # noqa: S311  # spreads load, hides nothing
        raise Closed(CloseCode.RESTART)

    async def _guard(self) -> None:
        """Staff who signed out, or lost the role, see no monitor any longer."""
        while True:
            await asyncio.sleep(GUARD_S)
            if any(name.startswith("monitor:") for name in self._subscriber.topics) and not await self._is_staff():
                raise Closed(CloseCode.NOT_SIGNED_IN)

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(HELLO_S):
                message = await self._receive()
        except TimeoutError:
            raise Closed(CloseCode.TOO_SLOW) from None
        while message["type"] != "websocket.disconnect":
            text = message.get("text")
            if text is None:
                raise Closed(CloseCode.BINARY)
            if len(text.encode()) > frames.MAX_BYTES:
                raise Closed(CloseCode.TOO_BIG)
            at = time.monotonic()
            if wait_s := self._rate.take(at):
                self._answer(frames.err("rate", retry_s=wait_s))
                if self._patience.take(at):
                    raise Closed(CloseCode.RATE_LIMITED)
            else:
                await self._handle(text)
            message = await self._receive()

    async def _handle(self, text: str) -> None:
        try:
            frame = frames.decode(text)
        except BadFrame as bad:
            self._bad_frames += 1
            self._answer(frames.err(bad.code))
            if self._bad_frames >= BAD_FRAMES:
                raise Closed(CloseCode.BAD_PROTOCOL) from None
            return
        match frame:
            case SubFrame():
                for name in frame.topics:
                    seen = frame.seen.get(name)
                    await self._follow(name, (str(seen[0]), seen[1]) if seen else None)
            case UnsubFrame():
                for name in frame.topics:
                    self._hub.unsubscribe(self._subscriber, name)
            case PingFrame():
                self._answer(frames.pong(clock.now()))

    async def _follow(self, name: str, seen: tuple[str, int] | None) -> None:
        topic = parse_topic(name)
        if topic is None:
            self._answer(frames.err("unknown_topic", topic=name))
        elif topic.is_monitor and not await self._is_staff():
            raise Closed(CloseCode.ROLE_REQUIRED)
        elif name not in self._subscriber.topics and len(self._subscriber.topics) >= frames.TOPICS_MAX:
            self._answer(frames.err("too_many_topics", topic=name))
        else:
            await self._subscribe(name, seen)

    async def _subscribe(self, name: str, seen: tuple[str, int] | None) -> None:
        try:
            if not await self._hub.subscribe(self._subscriber, name, seen):
                self._answer(frames.err("unknown_topic", topic=name))
        except Unavailable:
            self._answer(frames.err("retry", topic=name, retry_s=RETRY_S))

    def _answer(self, text: str) -> None:
        if len(self._replies) >= REPLIES_MAX:
            raise Closed(CloseCode.TOO_SLOW)
        self._replies.append(text)
        self._has_replies.set()

    async def _reply(self) -> None:
        while True:
            await self._has_replies.wait()
            self._has_replies.clear()
            while self._replies:
                await self._write(self._replies.popleft())

    async def _tell(self) -> None:
        while True:
            for text in await self._subscriber.take():
                await self._write(text)

    async def _write(self, text: str) -> None:
        try:
            async with asyncio.timeout(STUCK_S):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise Closed(CloseCode.TOO_SLOW) from None
