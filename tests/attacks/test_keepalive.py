"""Attack 19: a phone that answers no ping is gone. With a shorter interval, for forty seconds are long."""

import asyncio
import threading
import time
from typing import Any

import uvicorn

from backend.config.management.commands.serve import PING_EVERY_S
from backend.config.protocols import HttpProtocol
from backend.config.websockets import WebSocketProtocol
from tests.attacks.serving import raw_exchange


async def _listener(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


def test_19_no_pong_ends_the_socket():
    config = uvicorn.Config(
        _listener,
        port=0,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_ping_interval=0.2,
        ws_ping_timeout=0.2,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = int(server.servers[0].sockets[0].getsockname()[1])
    handshake = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )

    began = time.monotonic()
    read = raw_exchange(port, handshake.encode(), timeout_s=60)
    took = time.monotonic() - began
    server.should_exit = True
    thread.join(10)
    loop.close()

    assert read.startswith(b"HTTP/1.1 101")
    assert 0.3 < took < 30  # not the minute after which we ourselves would have gone
    assert 2 * PING_EVERY_S <= 40
