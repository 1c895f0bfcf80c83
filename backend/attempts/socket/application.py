"""Open an attempt socket: origin, session, attempt, in that order. A refusal after the origin is a close code."""

import re
import time
from uuid import UUID

import structlog

from backend.attempts.enums import AttemptState
from backend.attempts.services import stop_recording, stop_submitting
from backend.attempts.socket import frames
from backend.attempts.socket.admission import Seat
from backend.attempts.socket.connection import AttemptSocket
from backend.attempts.socket.live import LiveSockets, forget_live_sockets, live_sockets
from backend.infra.group_commit import ReadFailed
from backend.infra.sockets.asgi import Receive, Scope, Send, accept, close, short_road
from backend.infra.sockets.codes import CloseCode
from backend.infra.sockets.origin import OriginCheck
from backend.infra.sockets.sessions import session_key_of

log = structlog.get_logger(__name__)

_PATH = re.compile(r"/ws/attempts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.ASCII)
_NOBODY = UUID(int=0)


async def _attempt_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    live = live_sockets()
    # What was read to open it, paper and answers, is let go with this call, not with the socket.
    socket = await _let_in(live, scope, receive, send)
    if socket is None:
        return
    live.add(socket)
    try:
        await socket.serve()
    finally:
        live.remove(socket)


async def _let_in(live: LiveSockets, scope: Scope, receive: Receive, send: Send) -> AttemptSocket | None:
    """Return the socket, greeted; None where the caller was told why not."""
    match = _PATH.fullmatch(scope["path"])
    uuid = UUID(match[1]) if match else _NOBODY
    session_key = session_key_of(scope)
    try:
        signed_in = await live.sessions.get(session_key) if session_key else None
        # As none at all where it is another's: it takes as long to refuse as one that does not exist.
        attempt = await live.attempts.get(Seat(uuid, signed_in.person_id)) if signed_in else None
    except ReadFailed:
        await accept(send)
        await close(send, CloseCode.TRY_LATER, "retry")
        return None
    await accept(send)
    if live.is_draining:
        await close(send, CloseCode.TRY_LATER, "restart")
    elif signed_in is None:
        await close(send, CloseCode.NOT_SIGNED_IN)
    elif attempt is None:
        is_flood = live.misses.take(signed_in.person_id, time.monotonic())
        await close(send, CloseCode.RATE_LIMITED if is_flood else CloseCode.NOT_FOUND)
    elif attempt.state != AttemptState.OPEN:
        await send({"type": "websocket.send", "text": frames.closed(attempt.state)})
        await close(send, CloseCode.ATTEMPT_CLOSED)
    else:
        shape, road = await live.shape_of(attempt), short_road(scope)
        socket = AttemptSocket(attempt, shape, signed_in=signed_in, receive=receive, send=send, road=road)
        socket.greet(attempt)
        return socket
    return None


application = OriginCheck(_attempt_socket)


async def drain(*, timeout_s: float = 10.0) -> None:
    """Before the server stops: refuse new sockets, acknowledge what is under way, close with 1012."""
    await live_sockets().drain(timeout_s=timeout_s)


async def shut_down(*, timeout_s: float = 5.0) -> None:
    """At the end of the process (lifespan.shutdown): flush the queue, end the tasks, close the connections."""
    live = forget_live_sockets()
    if live is not None:
        await live.stop()
    if not await stop_submitting(timeout_s=timeout_s):
        log.error("submissions_left_at_shutdown")
    if not await stop_recording(timeout_s=timeout_s):
        log.error("answers_left_unsaved_at_shutdown")
