"""Refuse a WebSocket from another site before it is accepted: the browser sends its cookies to anyone who asks."""

import structlog
from django.conf import settings

from backend.infra.sockets.asgi import Application, Message, Receive, Scope, Send, header

log = structlog.get_logger(__name__)


class OriginCheck:
    """Wraps a WebSocket application. Origins are compared whole: scheme, host and port (HTTP 403 otherwise).

    An app with its own `X-Session-Token` must send an allowed Origin as well: no exception, nothing to get wrong.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = header(scope, b"origin")
        if origin is not None and origin.lower() in settings.ALLOWED_ORIGINS:
            await self._application(scope, receive, send)
            return
        log.warning("socket_origin_refused", origin=(origin or "")[:200], path=scope["path"])
        await receive()
        # A close before accept is HTTP 403 in every ASGI server.
        refusal: Message = {"type": "websocket.close", "code": 1008}
        await send(refusal)
