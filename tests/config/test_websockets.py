"""Our WebSocket protocol against uvicorn's: whatever bytes come in whatever pieces, both tell the same story.

Where texts come in one piece with a frame that is refused, uvicorn forgets those before it; ours tells the small ones.
So they are compared frame by frame, and of pieces cut anywhere ours tells no less than uvicorn and nothing else.
"""

import asyncio
import struct
from typing import Any

import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from backend.config.websockets import WebSocketProtocol
from backend.infra.sockets.asgi import short_road

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
MAX_SIZE = 300
TURNS = 8  # of the loop, in which the application deals with what came
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def frame(opcode: int, payload: bytes, *, fin: bool = True, is_masked: bool = True, reserved: int = 0) -> bytes:
    first, mask = (0x80 if fin else 0) | reserved << 4 | opcode, b"\x11\x22\x33\x44"
    bit = 0x80 if is_masked else 0
    length = len(payload)
    head = struct.pack("!BB", first, bit | length) if length < 126 else struct.pack("!BBH", first, bit | 126, length)
    if not is_masked:
        return head + payload
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class Line:
    """Stands for the transport: keeps what is written, and whether it is closed or paused."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False
        self.is_paused = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


async def story(protocol_class: type[WebSocketsSansIOProtocol], pieces: list[bytes], *, takes: bool) -> Any:
    """Feed the pieces to an application that echoes texts; return what it was told and what went out."""
    told: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        road = short_road(scope)
        if road is not None and takes:

            def take(text: str) -> bool:
                told.append({"type": "websocket.receive", "text": text})
                assert road.send_now(text)
                return True

            road.take_now = take
        while True:
            message = await receive()
            told.append(message)
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is not None and not line.is_closed:
                await send({"type": "websocket.send", "text": message["text"]})

    config = uvicorn.Config(
        application,
        ws_max_size=MAX_SIZE,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_config=None,
        lifespan="off",
    )
    config.load()
    line = Line()
    protocol = protocol_class(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(line)  # type: ignore[arg-type]  # all of a transport that it uses
    for piece in (HANDSHAKE, *pieces):
        if not line.is_closed:
            protocol.data_received(piece)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    if not line.is_closed:
        assert not line.is_paused
    protocol.connection_lost(None)
    for _ in range(TURNS):
        await asyncio.sleep(0)
    return told, line.written, line.is_closed


payloads = st.one_of(
    st.text(max_size=40).map(str.encode),
    st.binary(max_size=20),
    st.integers(120, 130).map(lambda length: b"x" * length),
    st.just(b"y" * (MAX_SIZE + 1)),
)
frames = st.builds(
    frame,
    st.sampled_from([TEXT, TEXT, TEXT, TEXT, CONT, BINARY, CLOSE, PING, PONG, 0x3]),
    payloads,
    fin=st.sampled_from([True, True, True, False]),
    is_masked=st.sampled_from([True] * 9 + [False]),
    reserved=st.sampled_from([0] * 9 + [1]),
)


def cut(wire: bytes, places: set[int]) -> list[bytes]:
    ends = sorted(place for place in places if 0 < place < len(wire))
    return [wire[start:stop] for start, stop in zip([0, *ends], [*ends, len(wire)], strict=True)]


@settings(max_examples=80, deadline=None)
@given(st.lists(frames, min_size=1, max_size=8), st.sets(st.integers(1, 400), max_size=6))
def test_both_protocols_tell_the_same_story(whole: list[bytes], places: set[int]):
    with asyncio.Runner() as runner:
        usual = runner.run(story(WebSocketsSansIOProtocol, whole, takes=False))
        ours = runner.run(story(WebSocketProtocol, whole, takes=False))
        short = runner.run(story(WebSocketProtocol, whole, takes=True))
        pieces = cut(b"".join(whole), places)
        usual_cut, _, _ = runner.run(story(WebSocketsSansIOProtocol, pieces, takes=False))
        ours_cut, _, _ = runner.run(story(WebSocketProtocol, pieces, takes=True))

    assert ours == usual
    assert short == usual
    assert ours_cut[-1] == usual[0][-1]
    assert ours_cut[:-1] == usual[0][: len(ours_cut) - 1]
    assert usual_cut[:-1] == ours_cut[: len(usual_cut) - 1]


def test_a_text_never_overtakes_one_that_waits():
    long = "l" * 200
    pieces = [frame(TEXT, long.encode()) + frame(TEXT, b"s"), frame(TEXT, b"t")]

    told, _, _ = asyncio.run(story(WebSocketProtocol, pieces, takes=True))

    assert [message.get("text") for message in told[:-1]] == [long, "s", "t"]


def test_bytes_sent_before_the_handshake_is_answered_are_read_by_the_library():
    pieces = [frame(TEXT, b"a"), frame(TEXT, b"b")]

    whole = asyncio.run(story(WebSocketProtocol, [b"".join(pieces)], takes=True))

    assert [message.get("text") for message in whole[0][:-1]] == ["a", "b"]


def test_a_client_that_floods_is_read_no_further_than_the_application_keeps_up():
    async def flood() -> tuple[bool, int, bool]:
        gate = asyncio.Event()
        read = 0

        async def application(scope: Any, receive: Any, send: Any) -> None:
            nonlocal read
            await receive()
            await send({"type": "websocket.accept"})
            await gate.wait()
            while (await receive())["type"] == "websocket.receive":
                read += 1

        config = uvicorn.Config(application, ws_ping_interval=None, log_config=None, lifespan="off")
        config.load()
        line = Line()
        protocol = WebSocketProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        protocol.connection_made(line)  # type: ignore[arg-type]  # all of a transport that it uses
        protocol.data_received(HANDSHAKE)
        await asyncio.sleep(0.01)
        protocol.data_received(frame(TEXT, b"x") * 100)
        was_paused = line.is_paused
        gate.set()
        while read < 100:
            await asyncio.sleep(0)
        is_paused = line.is_paused
        protocol.connection_lost(None)
        await asyncio.sleep(0.01)
        return was_paused, read, is_paused

    assert asyncio.run(flood()) == (True, 100, False)
