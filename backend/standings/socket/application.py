"""Open a topic socket, and keep the hub of this process. Anybody may watch a round; the origin must be ours."""

import asyncio
from weakref import WeakKeyDictionary

import redis
import structlog
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest
from prometheus_client import Gauge

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.accounts.queries import roles_of
from backend.infra import clock
from backend.infra.hub import Hub, Unavailable
from backend.infra.sockets.asgi import Receive, Scope, Send, accept, close
from backend.infra.sockets.codes import CloseCode
from backend.infra.sockets.origin import OriginCheck
from backend.infra.sockets.sessions import session_key_of
from backend.infra.ticks import Frame
from backend.standings.publishing import keep
from backend.standings.socket.connection import DRAIN_SPREAD_S, TopicSocket
from backend.standings.topics import build_tick, parse_topic

log = structlog.get_logger(__name__)

OPEN_TOPIC_SOCKETS = Gauge("hoithi_open_topic_sockets", "Topic sockets that are open.", multiprocess_mode="livesum")
_WATCHES_MONITORS = frozenset({Role.ORGANIZER, Role.ADMIN})


class LiveTopics:
    """The hub of one event loop, and whether the server is about to stop."""

    def __init__(self) -> None:
        self.hub = Hub(_build)
        self.hub.start()
        self.stopping = asyncio.Event()


_live: "WeakKeyDictionary[asyncio.AbstractEventLoop, LiveTopics]" = WeakKeyDictionary()


def _live_topics() -> LiveTopics:
    loop = asyncio.get_running_loop()
    found = _live.get(loop)
    if found is None:
        found = _live[loop] = LiveTopics()
    return found


async def _topic_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    live = _live_topics()
    await accept(send)
    if live.stopping.is_set():
        await close(send, CloseCode.TRY_LATER, "restart")
        return
    key = session_key_of(scope)

    async def is_staff() -> bool:
        return key is not None and await sync_to_async(_may_monitor, thread_sensitive=False)(key)

    OPEN_TOPIC_SOCKETS.inc()
    try:
        await TopicSocket(hub=live.hub, is_staff=is_staff, receive=receive, send=send).serve(live.stopping)
    finally:
        OPEN_TOPIC_SOCKETS.dec()


application = OriginCheck(_topic_socket)


async def drain() -> None:
    """Before the server stops: close every topic socket with 1012, spread over a second."""
    live = _live.get(asyncio.get_running_loop())
    if live is not None:
        live.stopping.set()
        await asyncio.sleep(DRAIN_SPREAD_S + 0.1)


async def shut_down() -> None:
    """At the end of the process (lifespan.shutdown): end the hub."""
    live = _live.pop(asyncio.get_running_loop(), None)
    if live is not None:
        await live.hub.stop()


async def _build(name: str) -> Frame | None:
    return await sync_to_async(_build_now, thread_sensitive=False)(name)


def _build_now(name: str) -> Frame | None:
    """Build a topic from PostgreSQL and keep it for the next who asks. None: no such topic. Raises Unavailable."""
    topic = parse_topic(name)
    try:
        tick = build_tick(topic, now=clock.now()) if topic else None
    except DatabaseError as error:
        log.warning("topic_not_built", topic=name, error=type(error).__name__)
        raise Unavailable from error
    finally:
        close_old_connections()
    if tick is None:
        return None
    try:
        keep(tick)
    except (redis.RedisError, OSError):
        log.info("topic_not_kept", topic=name)
    return Frame.of(tick)


def _may_monitor(session_key: str) -> bool:
    """Tell whether the session is still good and its person an organizer."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    try:
        person = get_user(request)
        return isinstance(person, Person) and bool(roles_of(person) & _WATCHES_MONITORS)
    except DatabaseError:
        return False
    finally:
        close_old_connections()
