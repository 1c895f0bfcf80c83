"""uvicorn's WebSocket protocol with a short road for what nearly every frame is: whole, small, text.

The library reads and writes any frame that the RFC knows through generators and buffers, at several times the cost.
Here a small text frame of a client is unmasked and handed on at once; everything else goes to the library byte for
byte, in order. Nothing is accepted that the library would refuse.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the one in C, where there is one
from websockets.http11 import Request
from websockets.protocol import State

from backend.infra.sockets.asgi import SHORT_ROAD

_VERSION = "13"  # RFC 6455
_FIN_TEXT = 0x81
_PONG = b"\x8a"  # the first byte of one, which is always whole
_MASKED = 0x80
_HEAD = 6  # two bytes and the mask
_SMALL = 125  # the longest payload whose length fits the second byte
_READ_AHEAD = 64  # messages that may wait for the application before the socket is read no further
# A little above the fifteen seconds after which the sockets say 4408 to who reads nothing: who has not caught up by
# then is cut off, for to close a transport is to wait until all is read.
CUT_OFF_S = 20.0


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Four more things than uvicorn's.

    The short road; an answer to clients of another version (RFC 6455, 4.4); an end for clients that read nothing, for
    whom no pongs pile up until then.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_now: Callable[[str], bool] | None = None
        self.cut_off: asyncio.TimerHandle | None = None
        self.is_left = False
        self._kept_pong = b""
        self._partial = b""
        # Set for good where the library may stand inside a frame: then it alone knows where the next one begins.
        self._is_for_library = False

    def handle_connect(self, event: Request) -> None:
        version = event.headers.get("Sec-WebSocket-Version")
        if version is None or version == _VERSION:
            super().handle_connect(event)
            return
        response: Any = self.conn.reject(HTTPStatus.UPGRADE_REQUIRED, "WebSocket version 13 is spoken here.\n")
        response.headers["Sec-WebSocket-Version"] = _VERSION
        self.handshake_initiated = self.handshake_complete = self.close_sent = True
        self.conn.send_response(response)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[SHORT_ROAD] = {"road": self}
        try:
            await super().run_asgi()
        finally:
            # Or the collector would have to find out that protocol and scope hold nothing but each other.
            self.take_now = None
            del extensions[SHORT_ROAD]
            self.is_left = True
            if not self.disconnected:
                self._cut_off_soon()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stay()
        super().connection_lost(exc)
        # The library's parser stands still inside a method of what holds it, and would wait there for the collector.
        self.conn.parser.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cut_off_soon()

    def resume_writing(self) -> None:
        super().resume_writing()
        pong, self._kept_pong = self._kept_pong, b""
        if pong and not (self.close_sent or self.transport.is_closing()):
            self.transport.write(pong)
        # Once the application has left nobody waits for a peer that reads a little and stops again.
        if not (self.is_left or self.transport.is_closing()):
            self._stay()

    def handle_ping(self) -> None:
        """Answer the newest of the pings that came together; of those that came while the peer takes nothing, keep it.

        RFC 6455, 5.5.3 allows that. Reading goes on: who is slow to read may have answers to send.
        """
        output = self.conn.data_to_send()
        pong = next((one for one in reversed(output) if one[:1] == _PONG), b"")
        # A close that came behind the pings is answered already: its frame follows the pong.
        rest = b"".join(one for one in output if one[:1] != _PONG)
        if self.writable.is_set():
            self.transport.write(pong + rest)
        else:
            self._kept_pong = pong or self._kept_pong
            self.transport.write(rest)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._cut_off_soon()

    def _cut_off_soon(self) -> None:
        if self.cut_off is None:
            self.cut_off = self.loop.call_later(CUT_OFF_S, self.transport.abort)

    def _stay(self) -> None:
        if self.cut_off is not None:
            self.cut_off.cancel()
            self.cut_off = None

    def data_received(self, data: bytes) -> None:
        if self._is_for_library or self.conn.state is not State.OPEN:
            # Whoever sends before the handshake is answered is read by the library alone.
            self._is_for_library = self.handshake_initiated
            super().data_received(data)
            return
        if self._partial:
            data, self._partial = self._partial + data, b""
        at, end = 0, len(data)
        while end - at >= 2:
            second = data[at + 1]
            if not _MASKED <= second <= _MASKED | _SMALL:
                self._is_for_library = True
                super().data_received(data[at:])
                return
            start = at + _HEAD
            stop = start + (second & ~_MASKED)
            if stop > end:
                break
            if data[at] != _FIN_TEXT or not self._take(apply_mask(data[start:stop], data[at + 2 : start])):
                super().data_received(data[at:stop])
                if self.conn.state is not State.OPEN:
                    self._is_for_library = True
                    super().data_received(data[stop:])
                    return
            at = stop
        self._partial = data[at:]

    def _take(self, payload: bytes) -> bool:
        """Hand a text on; False where it is none, or stands amid the fragments of another: the library refuses it."""
        if self.conn.current_size is not None:
            return False
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            return False
        if self.take_now is not None and self.queue.empty() and self.take_now(text):
            return True
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused and self.queue.qsize() >= _READ_AHEAD:
            self.read_paused = True
            self.transport.pause_reading()
        return True

    async def receive(self) -> ASGIReceiveEvent:
        queue = self.queue
        message = await queue.get() if queue.empty() else queue.get_nowait()
        if self.read_paused and queue.empty():
            self.read_paused = False
            self.transport.resume_reading()
        return message

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.send":
            text = message.get("text")
            if text is not None and self.send_now(text):
                return
        await super().send(message)

    def send_now(self, text: str) -> bool:
        """Send a small text without waiting; False where the peer is slow, the socket not open, or the text long."""
        if not self.handshake_complete or self.close_sent or self.disconnected or not self.writable.is_set():
            return False
        payload = text.encode()
        if len(payload) > _SMALL or self.conn.state is not State.OPEN:
            return False
        self.transport.write(bytes((_FIN_TEXT, len(payload))) + payload)
        return True
