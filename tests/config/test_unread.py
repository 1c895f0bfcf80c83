"""A peer that takes nothing and never leaves: closing would wait for it for ever, so it is cut off."""

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from backend.config import websockets
from backend.config.websockets import WebSocketProtocol
from tests.config.test_websockets import HANDSHAKE, PING, PONG, TEXT, frame

LARGE = "x" * 1_000_000
HIGH_WATER = 64 * 1024  # asyncio's: above it the transport asks to write no more
PINGS = 20_000
LAST_PONG = frame(PONG, b"%0125d" % (PINGS - 1), is_masked=False)


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


@pytest.mark.parametrize("is_for_library", [False, True])
async def test_who_pings_and_never_reads_is_kept_the_newest_pong_alone(
    monkeypatch: pytest.MonkeyPatch, is_for_library: bool
):
    """Two and a half million bytes of pongs: what waits for the peer stays below the mark and one more message."""
    monkeypatch.setattr(websockets, "CUT_OFF_S", 600.0)
    loop, all_heard = asyncio.get_running_loop(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive()).get("text") != "the end":
            pass
        all_heard.set()
        await receive()

    config = uvicorn.Config(application, ws_ping_interval=None, log_config=None, lifespan="off")
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: WebSocketProtocol(config, state, {}, loop), "127.0.0.1", 0)
    # What the kernel holds back for the peer is little: nearly all pongs would wait in the process.
    server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.setblocking(False)
    await loop.sock_connect(wire, server.sockets[0].getsockname())
    async with asyncio.timeout(120):
        await loop.sock_sendall(wire, HANDSHAKE)
        await loop.sock_recv(wire, 1)
        if is_for_library:
            # A frame that is not small: from here on uvicorn's library reads, in whatever pieces the bytes come.
            await loop.sock_sendall(wire, frame(TEXT, b"y" * 1000))
        await loop.sock_sendall(wire, b"".join(frame(PING, b"%0125d" % number) for number in range(PINGS)))
        await loop.sock_sendall(wire, frame(TEXT, b"the end"))
        await all_heard.wait()
        (protocol,) = state.connections
        assert isinstance(protocol, WebSocketProtocol)
        waiting = protocol.transport.get_write_buffer_size()
        assert waiting <= HIGH_WATER + len(LAST_PONG)
        # The library is handed many pings at once, and only the last of each lot is answered.
        assert is_for_library or waiting > HIGH_WATER // 4

        # Whoever reads again gets the answer to the last ping at the end, and stays.
        heard = b""
        while not heard.endswith(LAST_PONG):
            heard = (heard + await loop.sock_recv(wire, 65_536))[-2 * len(LAST_PONG) :]
        await loop.sock_sendall(wire, frame(PING, b"still here"))
        expected = frame(PONG, b"still here", is_masked=False)
        assert await loop.sock_recv(wire, 65_536) == expected
        wire.close()
        while state.connections:
            await asyncio.sleep(0.01)
    server.close()
