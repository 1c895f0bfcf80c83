"""Let no more requests into Django at once than it has database connections; the rest wait a little, in order.

Without this a crowd at the opening bell would wait inside Django for a pooled connection until each wait fails (500).
"""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from prometheus_client import Counter

from backend.infra.sockets.asgi import Application, Receive, Scope, Send

# A phone gives up after about ten seconds; an honest "busy, come back" must reach it before.
WAIT_S = 8.0
WAITING_MAX = 2_000
RETRY_AFTER_S = 3
REFUSED = Counter("hoithi_requests_refused_total", "Requests answered 503 because too many waited.")
# Probes must answer while a crowd waits.
_ALWAYS = frozenset({"/livez", "/metrics"})


class Admission:
    """Wraps the HTTP application of one process."""

    def __init__(self, application: Application, *, limit: int) -> None:
        self._application = application
        self._limit = limit
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
        self._waiting_count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in _ALWAYS or scope["path"].startswith("/assets/"):
            await self._application(scope, receive, send)
            return
        gate = self._gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._limit))
        if not await self._enter(gate):
            REFUSED.inc()
            await _refuse(send)
            return
        try:
            await self._application(scope, receive, send)
        finally:
            gate.release()

    async def _enter(self, gate: asyncio.Semaphore) -> bool:
        if self._waiting_count >= WAITING_MAX:
            return False
        self._waiting_count += 1
        try:
            async with asyncio.timeout(WAIT_S):
                await gate.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting_count -= 1
        return True


async def _refuse(send: Send) -> None:
    body: dict[str, Any] = {
        "code": "busy",
        "detail": "Đang có rất nhiều người truy cập. Câu đã lưu vẫn an toàn. Thử lại sau vài giây.",
        "retry_after_s": RETRY_AFTER_S,
    }
    headers = [(b"content-type", b"application/json"), (b"retry-after", str(RETRY_AFTER_S).encode())]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(body)})
