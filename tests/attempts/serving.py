"""The real application on a real port: uvicorn in a thread, PostgreSQL and Valkey behind it.

`ws`: our own protocol, or uvicorn's, which has no short road.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import uvicorn
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.test import Client
from websockets.sync.client import ClientConnection

from backend.accounts.models import Person
from backend.attempts import bell
from backend.attempts.socket import application as attempt_socket
from backend.attempts.socket import drain, shut_down
from backend.config.protocols import HttpProtocol
from backend.config.websockets import WebSocketProtocol

ORIGIN = "http://127.0.0.1:8000"


@cache
def http_application() -> bell.Bell:
    return bell.Bell(ASGIHandler())


async def application(scope: Any, receive: Any, send: Any) -> None:
    await (attempt_socket if scope["type"] == "websocket" else http_application())(scope, receive, send)


class ServerInThread(uvicorn.Server):
    """Ends as a real process does: sockets drained, queue flushed."""

    async def shutdown(self, sockets: Any = None) -> None:
        await drain(timeout_s=0.5)
        await super().shutdown(sockets)
        await bell.shut_down()
        await shut_down()


@dataclass
class Running:
    server: ServerInThread
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop

    @property
    def port(self) -> int:
        return int(self.server.servers[0].sockets[0].getsockname()[1])

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(60)
        if self.thread.is_alive():
            tasks = [str(task) for task in asyncio.all_tasks(self.loop)]
            raise AssertionError("the server did not end; it was still at:\n" + "\n".join(tasks))
        self.loop.close()


def run_server(*, ws: Any = WebSocketProtocol) -> Running:
    config = uvicorn.Config(
        application,
        port=0,
        http=HttpProtocol,
        ws=ws,
        lifespan="off",
        log_level="warning",
        ws_max_size=8 * 1024,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    server = ServerInThread(config)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), name="server", daemon=True)
    thread.start()
    give_up_at = time.monotonic() + 30
    while not server.started and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return Running(server, thread, loop)


class Socket:
    """A phone's end of an attempt socket, speaking JSON."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, message: Any) -> None:
        # Without blanks, as a browser writes it: our server knows an answer by how it begins.
        text = message if isinstance(message, str | bytes) else json.dumps(message, separators=(",", ":"))
        self.connection.send(text)

    def read(self, timeout_s: float = 20) -> Any:
        return json.loads(self.connection.recv(timeout=timeout_s))

    def ask(self, message: Any) -> Any:
        self.send(message)
        return self.read()

    def answer(self, item: int, choice: list[int], seq: int) -> Any:
        return self.ask({"t": "answer", "item": item, "choice": choice, "seq": seq})

    def close_code(self, timeout_s: float = 20) -> int | None:
        """Read to the end; return the code the server closed with."""
        from websockets.exceptions import ConnectionClosed

        give_up_at = time.monotonic() + timeout_s
        try:
            while time.monotonic() < give_up_at:
                self.connection.recv(timeout=timeout_s)
        except (ConnectionClosed, TimeoutError):
            pass
        return self.connection.close_code


Opener = Callable[..., Socket]


def sign_in(person: Person) -> str:
    """Sign a person in; return the session's key."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def token_of(person: Person) -> dict[str, str]:
    return {"X-Session-Token": sign_in(person)}
