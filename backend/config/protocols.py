"""What uvicorn's HTTP protocol leaves open: headers that drip in for ever, and handshakes of HTTP/1.0."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_S = 10.0  # a request's head has at most a few packets


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, which closes a connection whose request does not get beyond its headers."""

    _headers_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_headers()

    def on_headers_complete(self) -> None:
        self._headers_came()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        # uvicorn would hand the handshake on as HTTP/1.1, whatever it was (RFC 6455, 4.1).
        if self.parser.get_http_version() != "1.1":
            self.send_400_response("WebSocket needs HTTP/1.1.")
            return
        super().handle_websocket_upgrade()
        # Protocol and parser hold each other. uvicorn parts them when the connection is lost, of which only the
        # WebSocket's protocol will be told: every handshake would be left to the collector, for minutes.
        self.parser = None  # type: ignore[assignment]  # as uvicorn does

    def _wait_for_headers(self) -> None:
        self._headers_came()
        self._headers_timer = self.loop.call_later(HEADERS_S, self._give_up)

    def _headers_came(self) -> None:
        if self._headers_timer is not None:
            self._headers_timer.cancel()
            self._headers_timer = None

    def _give_up(self) -> None:
        self._headers_timer = None
        if not self.transport.is_closing():
            self.transport.close()
