"""A peer that takes nothing and never leaves: closing would wait for it for ever, so it is cut off."""

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from backend.config import websockets
from backend.config.websockets import WebSocketProtocol
from tests.config.test_websockets import HANDSHAKE

LARGE = "x" * 1_000_000


async def _told_for_ever(send: Any) -> None:
    while True:
        await send({"type": "websocket.send", "text": LARGE})


async def _told_once_and_closed(send: Any) -> None:
    # More than one buffer, and then the end: nobody waits for room any more.
    for _ in range(8):
        await asyncio.wait_for(send({"type": "websocket.send", "text": LARGE}), 0.2)


@pytest.mark.parametrize("tell", [_told_for_ever, _told_once_and_closed])
async def test_a_peer_that_reads_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch, tell: Any):
    monkeypatch.setattr(websockets, "CUT_OFF_S", 0.3)
    is_over = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            await tell(send)
        except (OSError, TimeoutError):
            is_over.set()

    config = uvicorn.Config(application, ws_ping_interval=None, log_config=None, lifespan="off")
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: WebSocketProtocol(config, state, {}, loop), "127.0.0.1", 0)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.setblocking(False)
        await loop.sock_connect(wire, server.sockets[0].getsockname())
        await loop.sock_sendall(wire, HANDSHAKE)
        async with asyncio.timeout(30):
            await is_over.wait()
            while state.connections:
                await asyncio.sleep(0.01)
        server.close()


async def test_a_peer_that_reads_a_little_once_nobody_waits_is_cut_off_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(websockets, "CUT_OFF_S", 600.0)
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        is_over.set()

    config = uvicorn.Config(application, ws_ping_interval=None, log_config=None, lifespan="off")
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: WebSocketProtocol(config, state, {}, loop), "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(HANDSHAKE)
    async with asyncio.timeout(60):
        await is_over.wait()
        (protocol,) = state.connections
        assert isinstance(protocol, WebSocketProtocol)
        while protocol.cut_off is None:
            await asyncio.sleep(0.01)
        # The peer has not answered the close frame: the transport is open still, and somebody might stay.
        assert not protocol.transport.is_closing()
        protocol.pause_writing()
        protocol.resume_writing()
        assert protocol.cut_off is not None
        writer.transport.abort()
        while state.connections:
            await asyncio.sleep(0.01)
    server.close()


async def test_a_peer_that_reads_on_in_time_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(websockets, "CUT_OFF_S", 600.0)
    timers: list[float] = []
    loop = asyncio.get_running_loop()
    call_later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda after_s, *more: timers.append(after_s) or call_later(after_s, *more))
    received = 0

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        for _ in range(8):
            await send({"type": "websocket.send", "text": LARGE})
        await receive()

    config = uvicorn.Config(application, ws_ping_interval=None, log_config=None, lifespan="off")
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: WebSocketProtocol(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(HANDSHAKE)
    async with asyncio.timeout(60):
        while received < 8 * len(LARGE):
            received += len(await reader.read(65_536))
        (protocol,) = state.connections
        assert 600.0 in timers
        assert protocol.cut_off is None  # type: ignore[union-attr]  # one of ours
        writer.transport.abort()
        while state.connections:
            await asyncio.sleep(0.01)
        assert protocol.cut_off is None  # type: ignore[union-attr]
    server.close()
