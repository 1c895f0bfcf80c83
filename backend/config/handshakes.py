"""Let one address open only so many sockets a second: a flood of handshakes costs its sender an answer, nobody a seat.

The proxy does the same (deploy/proxy/nginx.conf); this stands where there is none, and behind one set up wrong.
"""

import time

import msgspec
from django.conf import settings
from prometheus_client import Counter

from backend.infra.ratelimit import KeyedBuckets
from backend.infra.sockets.address import client_address, is_this_machine
from backend.infra.sockets.asgi import Application, Receive, Scope, Send

RETRY_AFTER_S = 5
REFUSED = Counter("hoithi_handshakes_refused_total", "Sockets answered 429 because their address opened too many.")
_BODY = msgspec.json.encode(
    {
        "code": "rate_limited",
        "detail": "Có quá nhiều kết nối cùng lúc từ mạng này. Câu đã lưu vẫn an toàn; thử lại sau vài giây.",
        "retry_after_s": RETRY_AFTER_S,
    }
)


class HandshakeLimit:
    """Wraps the WebSocket application of one process. Nothing is read or looked up for who is refused.

    This machine itself is not limited: rehearsals and benchmarks come from here, and a proxy that names nobody.
    """

    def __init__(self, application: Application, *, per_s: float, burst: int) -> None:
        self._application = application
        self._buckets = KeyedBuckets(per_s=per_s, burst=burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = client_address(scope, trusted_proxies=settings.TRUSTED_PROXY_COUNT)
        if is_this_machine(address) or not self._buckets.take(address, time.monotonic()):
            await self._application(scope, receive, send)
            return
        REFUSED.inc()
        await receive()
        headers = [(b"content-type", b"application/json"), (b"retry-after", str(RETRY_AFTER_S).encode())]
        await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": _BODY})
