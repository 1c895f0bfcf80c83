"""The attempt sockets of this process: one for each attempt, watched in groups, closed in order.

Nothing here is needed for an answer to be stored. A hint that is lost leaves a second socket open, and the rule of the
highest `seq` makes that harmless.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from weakref import WeakKeyDictionary

import redis
import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from backend.attempts import papers
from backend.attempts.papers import PaperShape
from backend.attempts.socket.admission import SeatedAttempt, make_attempt_reader
from backend.attempts.socket.connection import AttemptSocket
from backend.attempts.socket.metrics import OPEN_SOCKETS
from backend.infra import keys, valkey
from backend.infra.group_commit.reserved import Connection, ReservedConnection
from backend.infra.ratelimit import KeyedBuckets
from backend.infra.sockets.codes import CloseCode
from backend.infra.sockets.sessions import dead_sessions, make_session_reader

log = structlog.get_logger(__name__)

WATCH_S = 2.0  # sign-outs close sockets within five seconds
STUCK_S = 15.0
_CHUNK = 2_000
_DRAIN_SLICES = 20
_ENDED = "SELECT id, state FROM attempts_attempt WHERE id = ANY(%s) AND state <> 'open'"


class LiveSockets:
    """One per event loop; its tasks end with the loop."""

    def __init__(self) -> None:
        self.sessions = make_session_reader()
        self.attempts = make_attempt_reader()
        self.misses = KeyedBuckets(per_s=0.5, burst=30)
        self.is_draining = False
        self._sockets: dict[int, AttemptSocket] = {}
        self._news: list[str] = []
        self._has_news = asyncio.Event()
        self._watch_connection = ReservedConnection("socket watch")
        loops = (self.sessions.run(), self.attempts.run(), self._watch(), self._tell(), self._listen())
        self._tasks = [asyncio.ensure_future(one) for one in loops]

    async def shape_of(self, attempt: SeatedAttempt) -> PaperShape:
        """Return what answers must fit; from memory but for the first papers of a process."""
        if not papers.is_warm(attempt.paper):
            await sync_to_async(_warm, thread_sensitive=False)([version_id for version_id, _ in attempt.paper])
        return papers.paper_shape(attempt.paper)

    def add(self, socket: AttemptSocket) -> None:
        """Take a socket in; an older one of the same attempt is closed, here and in every other process."""
        older = self._sockets.pop(socket.attempt_id, None)
        if older is not None:
            older.close(CloseCode.SUPERSEDED, "superseded")
        self._sockets[socket.attempt_id] = socket
        OPEN_SOCKETS.inc()
        self._news.append(f"{socket.attempt_id}:{socket.opened_at}")
        self._has_news.set()

    def remove(self, socket: AttemptSocket) -> None:
        if self._sockets.get(socket.attempt_id) is socket:
            del self._sockets[socket.attempt_id]
        OPEN_SOCKETS.dec()

    async def drain(self, *, timeout_s: float) -> None:
        """Let no new socket in and close the open ones, in slices: their phones come back spread over time."""
        self.is_draining = True
        waiting = list(self._sockets.values())
        size = len(waiting) // _DRAIN_SLICES + 1
        for start in range(0, len(waiting), size):
            for socket in waiting[start : start + size]:
                socket.close(CloseCode.RESTART, "restart")
            await asyncio.sleep(timeout_s / 2 / _DRAIN_SLICES)
        give_up_at = time.monotonic() + timeout_s / 2
        while self._sockets and time.monotonic() < give_up_at:
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End every task of this process's sockets."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self) -> None:
        try:
            while True:
                await asyncio.sleep(WATCH_S)
                sockets = list(self._sockets.values())
                for start in range(0, len(sockets), _CHUNK):
                    await self._check(sockets[start : start + _CHUNK])
        finally:
            await self._watch_connection.close()

    async def _check(self, sockets: list[AttemptSocket]) -> None:
        stuck_since = time.monotonic() - STUCK_S
        for socket in sockets:
            if socket.sending_since is not None and socket.sending_since < stuck_since:
                socket.close(CloseCode.TOO_SLOW, "too_slow")

        async def read(connection: Connection) -> tuple[set[str], dict[int, str]]:
            dead = await dead_sessions(connection, [socket.signed_in for socket in sockets])
            cursor = await connection.execute(_ENDED, [[socket.attempt_id for socket in sockets]])
            return dead, dict(await cursor.fetchall())

        try:
            dead, ended = await self._watch_connection.call(read)
        except Exception as error:  # noqa: BLE001  # the next round tries again; sockets outlive an outage
            log.warning("socket_watch_failed", cause=repr(error))
            return
        for socket in sockets:
            if socket.signed_in.session_key in dead:
                socket.close(CloseCode.NOT_SIGNED_IN, "signed_out")
            elif socket.attempt_id in ended:
                socket.close(CloseCode.ATTEMPT_CLOSED, ended[socket.attempt_id])

    async def _tell(self) -> None:
        client = valkey.async_client()
        try:
            while True:
                await self._has_news.wait()
                self._has_news.clear()
                news, self._news = self._news, []
                with suppress(redis.RedisError, OSError, TimeoutError):
                    async with asyncio.timeout(1):
                        await client.publish(keys.ATTEMPT_SOCKETS_CHANNEL, " ".join(news))
        finally:
            await client.aclose()

    async def _listen(self) -> None:
        while True:
            with suppress(redis.RedisError, OSError):
                client = valkey.async_client()
                try:
                    async with client.pubsub() as channel:
                        await channel.subscribe(keys.ATTEMPT_SOCKETS_CHANNEL)
                        async for message in channel.listen():
                            if message["type"] == "message":
                                self._heard(message["data"].decode().split())
                finally:
                    await client.aclose()
            await asyncio.sleep(1)

    def _heard(self, news: Iterable[str]) -> None:
        for one in news:
            attempt_id, _, opened_at = one.partition(":")
            socket = self._sockets.get(int(attempt_id))
            # Our own news come back with the very instant of the socket that is open here.
            if socket is not None and socket.opened_at < float(opened_at):
                socket.close(CloseCode.SUPERSEDED, "superseded")


def _warm(version_ids: list[int]) -> None:
    try:
        papers.warm(version_ids)
    finally:
        close_old_connections()


_live: "WeakKeyDictionary[asyncio.AbstractEventLoop, LiveSockets]" = WeakKeyDictionary()


def live_sockets() -> LiveSockets:
    """Return the running loop's sockets; its tasks start with the first use."""
    loop = asyncio.get_running_loop()
    found = _live.get(loop)
    if found is None:
        found = _live[loop] = LiveSockets()
    return found


def forget_live_sockets() -> "LiveSockets | None":
    """Return the running loop's sockets, if it has any, and forget them."""
    return _live.pop(asyncio.get_running_loop(), None)
