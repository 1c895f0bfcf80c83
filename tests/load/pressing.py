"""Many phones press start: each by the page's own rules, over connections that are kept, as a proxy keeps them."""

import asyncio
import json
import random
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

TOKEN = "b" * 32
DEVICE = "; device={}"  # everybody has a phone of their own, with its mark
GIVE_UP_S = 60.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
JITTER = 0.2  # the page comes back up to a fifth later than asked


@dataclass(slots=True)
class Pressed:
    """What became of the presses. `seconds`: from each one's first press to the whole paper."""

    seconds: list[float] = field(default_factory=list)
    waited_count: int = 0
    errors: list[str] = field(default_factory=list)
    last_at: float = 0.0


class _Connection(asyncio.Protocol):
    """One request at a time. Reads status line and length alone: the generator shares the machine with the server."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._data = b""
        self._need = -1
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.is_open = cast(asyncio.Transport, transport), True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        self._data += data
        if self._need < 0:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._data, 0, end + 2)
            self._need = end + 4 + int(length[1] if length else 0)
        if len(self._data) >= self._need and self._answer is not None and not self._answer.done():
            status, body = int(self._data[9:12]), self._data[self._data.index(b"\r\n\r\n") + 4 :]
            self._answer.set_result((status, body))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send one request; return status and body. Raises OSError."""
        assert self.transport is not None
        self._data, self._need = b"", -1
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


class Phones:
    """Presses of many people on one round."""

    def __init__(self, url: str, round_uuid: str, *, item_count: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), parts.port
        self._head = (
            f"POST /api/rounds/{round_uuid}/attempts HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {url}\r\n"
            f"Accept: application/json\r\nAccept-Language: vi\r\nContent-Type: application/json\r\n"
            f"Content-Length: 2\r\nX-CSRFToken: {TOKEN}\r\nCookie: csrftoken={TOKEN}; sessionid="
        )
        self._item_count = item_count
        self._idle: deque[_Connection] = deque()
        self.pressed = Pressed()

    async def run(self, session_keys: Sequence[str], *, over_s: float) -> Pressed:
        """Let everybody press once, evenly over `over_s` seconds, and see each through to a paper."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        presses = []
        for number, key in enumerate(session_keys):
            due = began + over_s * number / len(session_keys)
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            presses.append(loop.create_task(self._press(key, due)))
        await asyncio.gather(*presses)
        self.pressed.last_at = loop.time() - began
        while self._idle:
            transport = self._idle.pop().transport
            if transport is not None:
                transport.close()
        return self.pressed

    async def _press(self, session_key: str, due: float) -> None:
        loop = asyncio.get_running_loop()
        ticket, has_waited = "", False
        try:
            async with asyncio.timeout(GIVE_UP_S):
                while True:
                    status, body = await self._ask(session_key, ticket)
                    if status != 202:
                        break
                    told = json.loads(body)
                    ticket, has_waited = told["ticket"], True
                    await asyncio.sleep(told["retry_ms"] / 1000 * (1 + JITTER * random.random()))
        except (OSError, TimeoutError) as error:
            self.pressed.errors.append(type(error).__name__)
            return
        self.pressed.waited_count += has_waited
        if status != 201 or body.count(b'"stem"') != self._item_count:
            self.pressed.errors.append(f"{status}: {body[:120]!r}")
            return
        # From when the finger should have come down: a generator that lags behind must not hide it.
        self.pressed.seconds.append(loop.time() - due)

    async def _ask(self, session_key: str, ticket: str) -> tuple[int, bytes]:
        held = f"\r\nX-Waiting-Ticket: {ticket}" if ticket else ""
        connection = await self._connect()
        answer = await connection.ask(
            f"{self._head}{session_key}{DEVICE.format(session_key[:22])}{held}\r\n\r\n{{}}".encode()
        )
        self._idle.append(connection)
        return answer

    async def _connect(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(_Connection, self._host, self._port))[1]
