"""A phone that takes nothing more: its socket is closed as too slow (4408), and nobody else notices."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.attempts.socket import application, live, metrics, shut_down
from backend.infra import clock
from tests.attempts.serving import sign_in
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

TOO_SLOW = 4408
ANSWER = '{"t":"answer","item":1,"choice":[1],"seq":1}'


@asynccontextmanager
async def phone(attempt: Attempt, *, reads: asyncio.Event | None = None) -> AsyncIterator[ApplicationCommunicator]:
    """A phone on the attempt's socket; where `reads` is given, what is sent to it waits for that."""

    async def spoken_to(scope: Any, receive: Any, send: Any) -> None:
        async def wait(message: Any) -> None:
            if reads is not None and message["type"] != "websocket.accept":
                await reads.wait()
            await send(message)

        await application(scope, receive, wait)

    session = await sync_to_async(lambda: sign_in(attempt.person))()
    headers = [(b"origin", settings.ALLOWED_ORIGINS[0].encode()), (b"x-session-token", session.encode())]
    path = f"/ws/attempts/{attempt.uuid}"
    scope = {"type": "websocket", "path": path, "headers": headers, "client": ("127.0.0.1", 1)}
    one = ApplicationCommunicator(spoken_to, scope)
    await one.send_input({"type": "websocket.connect"})
    assert await one.receive_output(20) == {"type": "websocket.accept"}
    try:
        yield one
    finally:
        await one.send_input({"type": "websocket.disconnect", "code": 1000})
        await one.wait(20)


async def told(one: ApplicationCommunicator) -> Any:
    message = await one.receive_output(20)
    return json.loads(message["text"]) if message["type"] == "websocket.send" else message["code"]


def closed_as_too_slow() -> float:
    return sum(
        sample.value
        for family in metrics.CLOSED.collect()
        for sample in family.samples
        if sample.name.endswith("_total") and sample.labels["code"] == str(TOO_SLOW)
    )


async def test_a_phone_that_reads_nothing_is_closed_as_too_slow_and_the_others_go_on(
    open_attempt: Attempt, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "STUCK_S", 0.2)
    monkeypatch.setattr(live, "WATCH_S", 0.05)

    def another() -> Attempt:
        person: Person = make_person(territory=make_unit())
        return start_attempt(person=person, round=open_attempt.round, now=clock.now())[0]

    other_attempt = await sync_to_async(another)()
    reads, before = asyncio.Event(), closed_as_too_slow()
    try:
        async with phone(open_attempt, reads=reads) as stuck, phone(other_attempt) as other:
            greeted = await told(other)
            give_up_at = time.monotonic() + 30
            while closed_as_too_slow() == before and time.monotonic() < give_up_at:
                await asyncio.sleep(0.02)
            await other.send_input({"type": "websocket.receive", "text": ANSWER})
            answered = await told(other)
            # Out of the tunnel: what waited arrives, and then the end.
            reads.set()
            heard = [await told(stuck) for _ in range(3)]
    finally:
        await shut_down()
        await sync_to_async(connections.close_all)()

    assert greeted["t"] == "hello"
    assert answered == {"t": "saved", "item": 1, "seq": 1}
    assert [closed_as_too_slow() - before, heard[0]["t"]] == [1, "hello"]
    assert heard[1:] == [{"t": "closed", "reason": "too_slow"}, TOO_SLOW]
