"""The ASGI application: Django for HTTP, our own plain applications for sockets, and the end of the process."""

import asyncio
import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter  # settings must be named before Django is set up
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import URLPattern, re_path

http = get_asgi_application()

from backend.attempts import bell  # noqa: E402  # models need Django to be set up
from backend.attempts import socket as attempt_socket  # noqa: E402
from backend.attempts.presses import Presses  # noqa: E402
from backend.config.admission import Admission  # noqa: E402
from backend.config.handshakes import HandshakeLimit  # noqa: E402
from backend.config.loop_lag import watch_loop  # noqa: E402
from backend.config.slow_clients import SlowClients  # noqa: E402
from backend.infra.sockets.asgi import Application, Receive, Scope, Send  # noqa: E402
from backend.standings import socket as topic_socket  # noqa: E402


async def _unknown_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse an address that is no socket of ours before it is accepted (HTTP 403)."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start warm: nobody is served before; at the end flush what is under way and close what is open."""
    lag = asyncio.ensure_future(watch_loop())
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await bell.warm()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await topic_socket.shut_down()
            await bell.shut_down()
            await attempt_socket.shut_down()
            lag.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def drain_sockets() -> None:
    """Before the listener closes: acknowledge what is under way, tell the clients to come back (1012)."""
    await attempt_socket.drain()
    await topic_socket.drain()


def _route(pattern: str, socket: Application) -> URLPattern:
    # Django types its routes for views; Channels routes ASGI applications with them.
    return cast(URLPattern, re_path(pattern, cast(Any, socket)))


application = ProtocolTypeRouter(
    {
        "http": SlowClients(
            bell.Bell(Presses(Admission(cast(Application, http), limit=settings.DB_POOL_MAX))),
            body_max=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        ),
        "lifespan": _lifespan,
        "websocket": HandshakeLimit(
            cast(
                Application,
                URLRouter(
                    [
                        _route(r"^ws/attempts/", attempt_socket.application),
                        _route(r"^ws/topics/?$", topic_socket.application),
                        _route(r"", _unknown_socket),
                    ]
                ),
            ),
            per_s=settings.HANDSHAKES_PER_S,
            burst=settings.HANDSHAKES_BURST,
        ),
    }
)
