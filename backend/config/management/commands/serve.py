"""`serve`: one web process. Several may share a port; the kernel spreads connections over them."""

import gc
import socket
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand

from backend.config.checks import refuse_unsafe_settings
from backend.config.protocols import HttpProtocol
from backend.config.websockets import WebSocketProtocol

# A phone that says nothing for this long is gone; its socket is closed within 40 s.
PING_EVERY_S = 20.0
# A frame of the attempt socket is under 300 bytes; more than 8 KiB is an attack (1009).
MAX_FRAME = 8 * 1024


class FrozenServer(uvicorn.Server):
    """uvicorn, whose garbage collector leaves alone what was loaded at the start."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # It stays for good. Walking through it would hold up every socket, time and again.
        gc.collect()
        gc.freeze()
        # A full collection starts when a quarter has been added to what the last one left: let that be little, or what
        # is left to it piles up.
        gc.collect()


class Server(FrozenServer):
    """Lets our sockets finish what they promised before it ends."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Imported here: the application is loaded by uvicorn, after Django is set up.
        from backend.config.asgi import drain_sockets

        await drain_sockets()
        await super().shutdown(sockets)


class Command(BaseCommand):
    help = "Run one web process (HTTP and WebSocket)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unsafe_settings()
        config = server_config("backend.config.asgi:application")
        Server(config).run(sockets=[listen(options["host"], options["port"])])


def server_config(application: Any) -> uvicorn.Config:
    """Return how we run uvicorn. The floor and the baseline of the benchmarks run with the very same settings."""
    return uvicorn.Config(
        application,
        loop="uvloop",
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_EVERY_S,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
        backlog=4096,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open the port so that sibling processes may open it too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.set_inheritable(True)
    return listener
