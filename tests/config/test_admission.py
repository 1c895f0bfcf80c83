"""No more requests enter Django than it has connections; the rest wait, and are told when they waited too long."""

import asyncio
from typing import Any

import pytest

from backend.config import admission
from backend.config.admission import Admission


class _Crowd:
    """An application that holds every request until it is let go, and remembers the most it held at once."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.inside = self.most = self.served = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.let_go.wait()
        self.inside -= 1
        self.served += 1


async def _ask(application: Admission, path: str = "/api/contests") -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await application({"type": "http", "path": path}, asyncio.Event().wait, send)  # type: ignore[arg-type]
    return sent


async def test_no_more_than_the_limit_are_inside_and_all_are_served() -> None:
    crowd = _Crowd()
    application = Admission(crowd, limit=3)

    asked = [asyncio.ensure_future(_ask(application)) for _ in range(50)]
    await asyncio.sleep(0.05)
    crowd.let_go.set()
    await asyncio.gather(*asked)

    assert (crowd.most, crowd.served) == (3, 50)


async def test_who_waits_too_long_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "WAIT_S", 0.05)
    crowd = _Crowd()
    application = Admission(crowd, limit=1)
    first = asyncio.ensure_future(_ask(application))
    await asyncio.sleep(0)

    start, body = await _ask(application)
    crowd.let_go.set()
    await first

    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"3")
    assert b'"code":"busy"' in body["body"]
    assert crowd.served == 1


async def test_probes_pass_a_crowd() -> None:
    crowd = _Crowd()
    application = Admission(crowd, limit=1)
    held = [asyncio.ensure_future(_ask(application)) for _ in range(2)]
    await asyncio.sleep(0.01)

    probe = asyncio.ensure_future(_ask(application, "/livez"))
    await asyncio.sleep(0.01)

    assert crowd.inside == 2
    crowd.let_go.set()
    await asyncio.gather(*held, probe)
