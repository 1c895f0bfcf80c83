"""One phone of the load: a raw socket that sends prepared answers and books each acknowledgement."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.load import frames
from tests.load.frames import Script, item_of


class Phone(asyncio.Protocol):
    """Keeps its own journal: what was sent and not acknowledged is sent again after a reconnect, as a real one does."""

    def __init__(self, *, script: Script, request: bytes, loop: asyncio.AbstractEventLoop) -> None:
        self.acked = [0] * (frames.ITEMS + 1)  # the highest acknowledged `seq` by place
        self.seq = 0
        self.in_flight: dict[int, float] = {}  # `seq` -> the instant it was due
        self.resent: set[int] = set()
        self.next_at = 0.0  # before this instant the product would refuse a frame for rate
        self.is_ready = False
        self.close_code: int | None = None
        self.on_ack: Callable[[Phone, float | None], None] = lambda phone, due: None
        self.on_refused: Callable[[Phone, str, float], None] = lambda phone, code, wait_s: None
        self.refusals: Counter[str] = Counter()
        self.changed = asyncio.Event()
        self._script = script
        self._request = request
        self._loop = loop
        self._is_upgraded = False
        self._rest = b""
        self._transport: Any = None  # uvloop's own, which is no asyncio.Transport

    def send(self, due: float) -> None:
        """Send the next answer, which was due at that instant (`time.monotonic`)."""
        self.seq += 1
        self.in_flight[self.seq] = due
        self._transport.write(self._script.frame(self.seq))

    def drop(self) -> None:
        """Lose the connection without a word."""
        self.is_ready = False
        if self._transport is not None:
            self._transport.abort()

    def hang_up(self) -> None:
        """Close as a browser does."""
        self.is_ready = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frames.closing())
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._is_upgraded = False
        self._rest = b""
        self.close_code = None
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_ready = False
        self.changed.set()

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._is_upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(head.decode("latin-1").splitlines()[0])
            self._is_upgraded = True
        messages, self._rest = frames.split(data)
        for opcode, payload in messages:
            seq = self._script.seq_of_ack.get(payload)
            if seq is not None:
                self._book(seq)
            else:
                self._read(opcode, payload)

    def _book(self, seq: int) -> None:
        due = self.in_flight.pop(seq, None)
        item = item_of(seq)
        if seq > self.acked[item]:
            self.acked[item] = seq
        if due is None:
            self.refusals["acked_twice"] += 1
            return
        if self.resent and seq in self.resent:
            self.resent.discard(seq)
            due = None
        self.on_ack(self, due)

    def _read(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.PING:
            self._transport.write(frames.pong(payload))
        elif opcode == frames.CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big")
            self.hang_up()
        elif opcode == frames.TEXT:
            self._hear(json.loads(payload))

    def _hear(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "hello":
                self.is_ready = True
                for seq in self.in_flight:
                    self.resent.add(seq)
                    self._transport.write(self._script.frame(seq))
                self.changed.set()
            case "saved":  # spelled in another way than the product's, or superseded
                self._book(message.get("ref", message["seq"]))
            case "err":
                self.refusals[message["code"]] += 1
                self.in_flight.pop(message.get("ref"), None)
                self.on_refused(self, message["code"], message.get("retry_ms", 1000) / 1000)
            case other:
                self.refusals[other] += 1
