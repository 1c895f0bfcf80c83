"""One person's road on raw sockets: press start, answer, submit. Lean: it shares the machine with the server."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from tests.load import frames

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_UUID = re.compile(rb'"uuid": ?"([0-9a-f-]{36})"')


class Line(asyncio.Protocol):
    """A kept HTTP connection: one request after the other."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._told: asyncio.Future[tuple[int, bytes]] | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._told is not None and not self._told.done():
            self._told.set_exception(ConnectionError("the server closed the connection"))

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; return status and body. Raises ConnectionError."""
        if self._transport is None:
            raise ConnectionError("the connection is closed")
        self._told = asyncio.get_running_loop().create_future()
        self._data = b""
        self._transport.write(request)
        return await self._told

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, found, body = self._data.partition(b"\r\n\r\n")
        if not found or self._told is None or self._told.done():
            return
        length = _LENGTH.search(head)
        if length is not None and len(body) >= int(length[1]):
            self._told.set_result((int(head[9:12]), body))

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Sitter(asyncio.Protocol):
    """The socket of one attempt. `acked` maps place to the highest `seq` that the server called saved."""

    def __init__(self, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.acked: dict[int, int] = {}
        self.refused: Counter[str] = Counter()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._all_acked: asyncio.Future[None] | None = None
        self._to_come = 0
        self._request = request
        self._rest = b""
        self._is_upgraded = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in (self.opened, self.ended, self._all_acked):
            if waiting is not None and not waiting.done():
                waiting.set_exception(ConnectionError("the server closed the socket"))
                waiting.exception()  # nobody may be waiting for this one
        self._transport = None

    async def answer(self, written: Sequence[bytes]) -> None:
        """Send prepared answers at once and wait until all are called saved."""
        assert self._transport is not None
        self._all_acked = asyncio.get_running_loop().create_future()
        self._to_come = len(written)
        self._transport.write(b"".join(written))
        await self._all_acked

    async def submit(self, prediction: int) -> dict[str, Any]:
        """Press the button and return the receipt."""
        if self._transport is None:
            raise ConnectionError("the server closed the socket")
        self._transport.write(frames.masked(b'{"t":"submit","prediction":%d}' % prediction))
        return await self.ended

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.write(frames.closing())
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_upgraded:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = data
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(ConnectionError(head.decode("latin-1").splitlines()[0]))
                return
            self._is_upgraded, data = True, rest
        messages, self._rest = frames.split(data)
        for opcode, payload in messages:
            if opcode == frames.TEXT:
                self._hear(json.loads(payload))
            elif opcode == frames.PING and self._transport is not None:
                self._transport.write(frames.pong(payload))
            elif opcode == frames.CLOSE:
                self.hang_up()

    def _hear(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "saved":
                self.acked[message["item"]] = max(message["seq"], self.acked.get(message["item"], 0))
                self._one_less()
            case "hello":
                self.opened.set_result(None)
            case "submitted":
                if not self.ended.done():
                    self.ended.set_result({**message, "at": time.time()})
            case "err":
                self.refused[message["code"]] += 1
                self._one_less()

    def _one_less(self) -> None:
        self._to_come -= 1
        if self._all_acked is not None and self._to_come <= 0 and not self._all_acked.done():
            self._all_acked.set_result(None)


class Road:
    """The way from a session key to a receipt, on one server."""

    def __init__(self, url: str) -> None:
        self.host, _, port = url.removeprefix("http://").rpartition(":")
        self.port = int(port)
        self._url = url
        self._lines: list[Line] = []

    async def start(self, round_uuid: str, session_key: str) -> str:
        """Press start until the paper is there; return the attempt's uuid. Raises ConnectionError for a refusal."""
        ticket = ""
        while True:
            status, body = await self._post(f"/api/rounds/{round_uuid}/attempts", session_key, ticket=ticket)
            found = _UUID.search(body)
            if status in (200, 201) and found is not None:
                return found[1].decode()
            if status != 202:
                raise ConnectionError(f"start: {status} {body[:200]!r}")
            told = json.loads(body)
            ticket = told.get("ticket", "")
            await asyncio.sleep(told["retry_ms"] / 1000)

    async def submit(self, uuid: str, session_key: str, prediction: int) -> dict[str, Any]:
        """Submit over HTTP; return the receipt. Raises ConnectionError for a refusal."""
        content = b'{"prediction":%d}' % prediction
        status, body = await self._post(f"/api/attempts/{uuid}/submit", session_key, content)
        if status != 200:
            raise ConnectionError(f"submit: {status} {body[:200]!r}")
        return {**json.loads(body), "at": time.time()}

    async def sit(self, uuid: str, session_key: str) -> Sitter:
        """Open the attempt's socket and return it once the server has said hello."""
        request = frames.handshake(
            host=f"{self.host}:{self.port}", path=f"/ws/attempts/{uuid}", origin=self._url, session_key=session_key
        )
        loop = asyncio.get_running_loop()
        _, sitter = await loop.create_connection(lambda: Sitter(request), self.host, self.port)
        await sitter.opened
        return sitter

    async def _post(
        self, path: str, session_key: str, content: bytes = b"{}", *, ticket: str = ""
    ) -> tuple[int, bytes]:
        waiting = f"X-Waiting-Ticket: {ticket}\r\n" if ticket else ""
        request = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nX-Session-Token: {session_key}\r\n{waiting}"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        ).encode() + content
        line = await self._line()
        told = await line.ask(request)
        self._lines.append(line)
        return told

    async def _line(self) -> Line:
        while self._lines:
            line = self._lines.pop()
            if line.is_open:
                return line
        _, line = await asyncio.get_running_loop().create_connection(Line, self.host, self.port)
        return line
