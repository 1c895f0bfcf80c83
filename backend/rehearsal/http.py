"""A lean HTTP/1.1 client: a general one would cost the generator more than the server it measures."""

import asyncio
import json
import ssl
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httptools

CONNECTIONS = 100
IDLE_S = 10.0  # the server closes an idle connection after 30 s
TIMEOUT_S = 30.0
_CHUNK = 64 * 1024
_BROKEN = (OSError, EOFError, asyncio.TimeoutError, httptools.HttpParserError)


class Broken(Exception):
    """No answer came: refused, cut off, too late, or not HTTP."""


@dataclass(slots=True)
class Response:
    """A whole response. Header names are lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_complete: bool = False

    def json(self) -> Any:
        """Return the body. Raises ValueError."""
        return json.loads(self.body)

    # The parser calls these.
    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        self.body += part

    def on_message_complete(self) -> None:
        self.is_complete = True


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_since: float = 0.0


class Http:
    """A pool of connections to one server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._host = parts.hostname
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._head = f"Host: {parts.netloc}\r\nOrigin: {url}\r\nAccept-Language: vi\r\nAccept: application/json\r\n"
        self._idle: deque[_Connection] = deque()
        self._gate = asyncio.Semaphore(CONNECTIONS)

    async def request(
        self, method: str, path: str, *, query: dict[str, Any] | None, body: Any, headers: dict[str, str]
    ) -> Response:
        """Send one request and return its response. Raises Broken."""
        message = self._message(method, path, query, body, headers)
        async with self._gate:
            connection: _Connection | None = None
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    connection = self._reuse() or await self._open()
                    response, keeps = await _exchange(connection, message)
            except _BROKEN as error:
                if connection is not None:
                    connection.writer.close()
                raise Broken(type(error).__name__) from error
            if keeps:
                connection.idle_since = time.monotonic()
                self._idle.append(connection)
            else:
                connection.writer.close()
            return response

    async def close(self) -> None:
        """Close every connection."""
        while self._idle:
            writer = self._idle.pop().writer
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _message(
        self, method: str, path: str, query: dict[str, Any] | None, body: Any, headers: dict[str, str]
    ) -> bytes:
        target = quote(path) + (f"?{urlencode(query)}" if query else "")
        content = b"" if body is None else json.dumps(body).encode()
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body is not None:
            extra += "Content-Type: application/json\r\n"
        if method != "GET":
            extra += f"Content-Length: {len(content)}\r\n"
        return f"{method} {target} HTTP/1.1\r\n{self._head}{extra}\r\n".encode() + content

    def _reuse(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if time.monotonic() - connection.idle_since < IDLE_S and not connection.reader.at_eof():
                return connection
            connection.writer.close()
        return None

    async def _open(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self._host, self._port, ssl=self._tls))


async def _exchange(connection: _Connection, message: bytes) -> tuple[Response, bool]:
    response = Response()
    parser = httptools.HttpResponseParser(response)
    connection.writer.write(message)
    await connection.writer.drain()
    while not response.is_complete:
        data = await connection.reader.read(_CHUNK)
        if not data:
            raise EOFError
        parser.feed_data(data)
    response.status = parser.get_status_code()
    # The parser has forgotten by now whether the connection may be kept.
    return response, response.headers.get("connection", "keep-alive").lower() == "keep-alive"
