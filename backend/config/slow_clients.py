"""Bound what one client may cost before and while it is served: the size of its body, and the time it takes its time.

Stands before `Admission`: a place there is for requests that are whole, not for a body that drips in. And an answer or
a press counts by the instant it was whole, however long it waits for its place.
"""

import asyncio

import msgspec
import structlog

from backend.infra import clock
from backend.infra.sockets.asgi import RECEIVED_AT, Application, Message, Receive, Scope, Send, header

log = structlog.get_logger(__name__)

BODY_S = 10.0  # 256 KiB within ten seconds is slower than any phone network that could hold an attempt
READER_S = 15.0  # as long as the sockets' own patience with who does not read
_REFUSALS = {
    408: ("request_timeout", "Dữ liệu gửi lên quá chậm. Kiểm tra mạng rồi thử lại."),
    413: ("body_too_large", "Dữ liệu gửi lên quá lớn."),
}


class ReaderStuck(OSError):
    """The client reads nothing any longer."""


class _TooLarge(Exception):
    """The body is larger than the limit."""


class _Gone(Exception):
    """The client went away before its request was whole."""


class SlowClients:
    """Wraps an HTTP application: it gets requests whose bodies are whole, and clients that read."""

    def __init__(self, application: Application, *, body_max: int) -> None:
        self._application = application
        self._body_max = body_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._refuse_announced(scope)
            async with asyncio.timeout(BODY_S):
                body = await self._read(receive)
        except _TooLarge:
            await _refuse(send, 413)
        except TimeoutError:
            await _refuse(send, 408)
        except _Gone:
            return
        else:
            scope[RECEIVED_AT] = clock.now()
            await self._application(scope, _replay(body, receive), _bounded(send, scope["path"]))

    def _refuse_announced(self, scope: Scope) -> None:
        announced = header(scope, b"content-length") or "0"
        # The server has refused lengths that are no numbers; isdigit keeps "+1" from being one here.
        if announced.isdigit() and int(announced) > self._body_max:
            raise _TooLarge

    async def _read(self, receive: Receive) -> bytes:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            body += bytes(message.get("body", b""))
            if len(body) > self._body_max:
                raise _TooLarge
            if not message.get("more_body", False):
                return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body over once; afterwards only the end of the connection can come."""
    waiting = [body]

    async def replay() -> Message:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return replay


def _bounded(send: Send, path: str) -> Send:
    async def bounded(message: Message) -> None:
        try:
            async with asyncio.timeout(READER_S):
                await send(message)
        except TimeoutError:
            log.info("reader_stuck", path=path)
            raise ReaderStuck from None

    return bounded


async def _refuse(send: Send, status: int) -> None:
    code, detail = _REFUSALS[status]
    # Closed: what is still under way of the body would be read as the next request.
    headers = [(b"content-type", b"application/json"), (b"connection", b"close"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode({"code": code, "detail": detail})})
