"""What one client may cost: a body whole and in time, and an end for who reads nothing."""

import asyncio
import json
from typing import Any

import pytest

from backend.config import slow_clients
from backend.config.slow_clients import ReaderStuck, SlowClients
from backend.infra.sockets.asgi import RECEIVED_AT

SCOPE = {"type": "http", "path": "/api/me", "headers": []}


class Wire:
    """One request's messages in and out; an application that repeats what it was sent stands behind."""

    def __init__(self, *parts: bytes, reads: bool = True, announced: bytes | None = None) -> None:
        self.parts = list(parts)
        self.reads = reads
        self.sent: list[Any] = []
        self.served: list[bytes] = []
        self.scope = {**SCOPE, "headers": [(b"content-length", announced)] if announced else []}

    async def receive(self) -> Any:
        if not self.parts:
            await asyncio.Event().wait()
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts) or part.endswith(b"...")}

    async def send(self, message: Any) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        self.sent.append(message)

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.served.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def run(self) -> tuple[int, list[bytes]]:
        await SlowClients(self.application, body_max=10)(self.scope, self.receive, self.send)  # type: ignore[arg-type]
        return self.sent[0]["status"], self.served


async def test_a_body_arrives_whole_and_once() -> None:
    assert await Wire(b"one", b"two").run() == (200, [b"onetwo"])
    assert await Wire(b"").run() == (200, [b""])


@pytest.mark.parametrize("wire", [Wire(b"x" * 11), Wire(b"x" * 6, b"x" * 5), Wire(b"...", announced=b"11")])
async def test_a_large_body_is_413_and_never_reaches_the_application(wire: Wire) -> None:
    assert await wire.run() == (413, [])
    assert json.loads(wire.sent[1]["body"])["code"] == "body_too_large"
    assert (b"connection", b"close") in wire.sent[0]["headers"]


async def test_a_request_counts_by_the_instant_it_was_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by its first byte, or a body held back could bring in what was chosen later; nor when a thread was free."""
    wire = Wire(b"one", b"two")
    left_at_stamp: list[int] = []
    monkeypatch.setattr(slow_clients.clock, "now", lambda: left_at_stamp.append(len(wire.parts)) or "whole")

    await wire.run()

    assert (wire.scope[RECEIVED_AT], left_at_stamp) == ("whole", [0])


async def test_a_body_that_drips_in_is_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "BODY_S", 0.05)

    assert await Wire(b"{...").run() == (408, [])


async def test_a_client_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "READER_S", 0.05)

    with pytest.raises(ReaderStuck):
        await Wire(b"{}", reads=False).run()
