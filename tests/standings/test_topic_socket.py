"""The topic socket as a page meets it, and the bad input it must bear."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from backend.accounts.enums import Role
from backend.infra import clock
from backend.participation.services import drain_all
from backend.standings.publishing import publish
from backend.standings.socket import application, drain, shut_down
from backend.standings.socket import connection as topic_connection
from tests.factories import make_contest, make_person, make_unit
from tests.results_at_hand import record

ORIGIN = settings.ALLOWED_ORIGINS[0].encode()


class Page:
    """One page's end of the socket."""

    def __init__(self, communicator: ApplicationCommunicator) -> None:
        self.communicator = communicator

    async def send(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def read(self, timeout_s: float = 20) -> Any:
        message = await self.communicator.receive_output(timeout_s)
        return json.loads(message["text"]) if message["type"] == "websocket.send" else message["code"]

    async def follow(self, *topics: str, **seen: Any) -> None:
        await self.send({"t": "sub", "topics": list(topics), **seen})


@asynccontextmanager
async def page(*, origin: bytes = ORIGIN, token: str | None = None, spoken_to: Any = application):
    headers = [(b"origin", origin), *([(b"x-session-token", token.encode())] if token else [])]
    scope = {"type": "websocket", "path": "/ws/topics", "headers": headers, "client": ("127.0.0.1", 1)}
    communicator = ApplicationCommunicator(spoken_to, scope)
    await communicator.send_input({"type": "websocket.connect"})
    opening = await communicator.receive_output(20)
    assert opening == {"type": "websocket.accept"} or opening["type"] == "websocket.close"
    try:
        yield Page(communicator) if opening["type"] == "websocket.accept" else None
    finally:
        await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(20)
        await shut_down()
        # The thread that made the rows keeps its connection otherwise.
        await sync_to_async(connections.close_all)()


async def unread(scope: Any, receive: Any, send: Any) -> None:
    """The application to a page that takes nothing but the end: to send it anything waits for ever."""

    async def wait(message: Any) -> None:
        if message["type"] == "websocket.send":
            await asyncio.Event().wait()
        await send(message)

    await application(scope, receive, wait)


async def lost(scope: Any, receive: Any, send: Any) -> None:
    """The application to a page that does not take the end either."""

    async def wait(message: Any) -> None:
        if message["type"] != "websocket.accept":
            await asyncio.Event().wait()
        await send(message)

    await application(scope, receive, wait)


def token_of(person) -> str:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.fixture
def one(transactional_db):
    return make_contest().rounds.get()


async def test_a_page_gets_the_present_state_and_then_what_changes(one):
    ward = await sync_to_async(make_unit)(name="Phường Ba Đình")
    await sync_to_async(record)(person=await sync_to_async(make_person)(name="Lê Thị Hoa"), round=one, correct=2)
    names = [f"round:{one.uuid}", f"round:{one.uuid}:unit:{ward.uuid}"]

    async with page() as mine:
        await mine.follow(*names)
        first, of_ward = await mine.read(), await mine.read()
        await sync_to_async(record)(
            person=await sync_to_async(make_person)(name="An Bình"), round=one, correct=3, territory=ward
        )
        await sync_to_async(lambda: publish(drain_all(), now=clock.now()))()
        changed = {message["topic"]: message for message in (await mine.read(), await mine.read())}

    assert (first["t"], first["topic"], of_ward["data"]["people"]) == ("tick", names[0], 0)
    line = {
        "rank": 1, "tied": False, "name": "L. T. Hoa", "unit_name": "", "correct_count": 2, "points": None,
        "used_ms": 60000,
    }  # fmt: skip
    assert first["data"] == {"people": 1, "entries": 1, "all_correct": 0, "frozen_at": None, "top": [line]}
    assert {name: tick["data"]["people"] for name, tick in changed.items()} == {names[0]: 2, names[1]: 1}
    assert changed[names[0]]["version"] > first["version"]
    assert changed[names[1]]["data"]["top"][0]["unit_name"] == "Phường Ba Đình"


async def test_a_foreign_origin_is_refused_before_accept():
    for origin in (b"null", b"https://evil.example", ORIGIN + b".evil.example"):
        async with page(origin=origin) as refused:
            assert refused is None


async def test_monitors_are_for_organizers_alone(one):
    citizen = await sync_to_async(token_of)(await sync_to_async(make_person)())
    board = await sync_to_async(token_of)(await sync_to_async(make_person)(roles=[Role.BOARD]))
    organizer = await sync_to_async(token_of)(await sync_to_async(make_person)(roles=[Role.ORGANIZER]))

    for token in (None, "unknown", citizen, board):
        async with page(token=token) as refused:
            await refused.follow(f"monitor:{one.uuid}")
            assert await refused.read() == 4403
    async with page(token=organizer) as allowed:
        await allowed.follow(f"monitor:{one.uuid}")
        tick = await allowed.read()

    assert {name: tick["data"][name] for name in ("started", "open", "submitted", "expired", "answers_saved")} == {
        "started": 0, "open": 0, "submitted": 0, "expired": 0, "answers_saved": 0,
    }  # fmt: skip
    assert len(tick["data"]["submitted_per_minute"]) == 30


async def test_a_sign_out_closes_a_monitor(one, monkeypatch):
    monkeypatch.setattr(topic_connection, "GUARD_S", 0.1)
    organizer = await sync_to_async(token_of)(await sync_to_async(make_person)(roles=[Role.ORGANIZER]))

    async with page(token=organizer) as watching:
        await watching.follow(f"monitor:{one.uuid}")
        await watching.read()
        await sync_to_async(Session.objects.all().delete)()
        assert await watching.read() == 4401


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_field"),
        ('{"t":"websocket.disconnect"}', "unknown_type"),
        ('{"t":"__init__"}', "unknown_type"),
        ('{"t":"sub","topics":"all"}', "bad_field"),
        ('{"t":"sub","topics":[],"seen":{"x":[1,1.5]}}', "bad_field"),
        ('{"t":"sub","topics":["round:*"]}', "unknown_topic"),
        ('{"t":"sub","topics":["attempts"]}', "unknown_topic"),
    ],
)
async def test_bad_frames_are_named_and_the_socket_stays_open(text, code):
    async with page() as mine:
        await mine.send(text)
        assert (await mine.read())["code"] == code
        await mine.send({"t": "ping"})
        assert (await mine.read())["t"] == "pong"


async def test_unknown_rounds_and_party_organizations_have_no_board_to_watch(one):
    party = await sync_to_async(make_unit)(facet="party")

    async with page() as mine:
        await mine.follow(f"round:{one.uuid}:unit:{party.uuid}", "round:00000000-0000-4000-8000-000000000000")
        assert [(await mine.read())["code"] for _ in range(2)] == ["unknown_topic"] * 2


async def test_a_socket_follows_twenty_topics_and_no_more(one):
    units = [await sync_to_async(make_unit)() for _ in range(20)]

    async with page() as mine:
        await mine.follow(f"round:{one.uuid}", *(f"round:{one.uuid}:unit:{unit.uuid}" for unit in units))
        read = [await mine.read() for _ in range(21)]

    assert sorted(message["t"] for message in read) == ["err"] + ["tick"] * 20
    assert [message["code"] for message in read if message["t"] == "err"] == ["too_many_topics"]


async def test_binary_and_endless_frames_end_the_socket():
    async with page() as mine:
        await mine.communicator.send_input({"type": "websocket.receive", "bytes": b"\x00"})
        assert await mine.read() == 1003
    async with page() as mine:
        await mine.send("x" * 9000)
        assert await mine.read() == 1009


async def test_a_flood_is_refused_and_then_closed():
    async with page() as mine:
        for _ in range(60):
            await mine.send({"t": "ping"})
        read = [await mine.read() for _ in range(60)]
        assert {message.get("code") for message in read} == {None, "rate"}
        for _ in range(60):
            await mine.send({"t": "ping"})
        codes = []
        while not isinstance(message := await mine.read(), int):
            codes.append(message)

    assert message == 4429


async def test_silence_after_opening_ends_the_socket(monkeypatch):
    monkeypatch.setattr(topic_connection, "HELLO_S", 0.1)

    async with page() as mine:
        assert await mine.read() == 4408


async def test_a_stopping_server_says_restart():
    async with page() as mine:
        await drain()
        assert await mine.read() == 1012


async def test_a_page_that_reads_nothing_is_closed_as_too_slow_and_the_others_go_on(one, monkeypatch):
    monkeypatch.setattr(topic_connection, "STUCK_S", 0.2)
    topic = f"round:{one.uuid}"

    async with page() as reading, page(spoken_to=unread) as stuck:
        for each in (stuck, reading):
            await each.follow(topic)
        first, code = await reading.read(), await stuck.read()
        await sync_to_async(record)(person=await sync_to_async(make_person)(), round=one, correct=2)
        await sync_to_async(lambda: publish(drain_all(), now=clock.now()))()
        changed = await reading.read()

    assert code == 4408
    assert [tick["data"]["people"] for tick in (first, changed)] == [0, 1]


async def test_a_page_that_does_not_take_the_farewell_either_is_let_go(one, monkeypatch):
    monkeypatch.setattr(topic_connection, "STUCK_S", 0.2)

    async with page(spoken_to=lost) as stuck:
        await stuck.follow(f"round:{one.uuid}")
        await stuck.communicator.wait(20)

        assert stuck.communicator.future.done()
        assert stuck.communicator.output_queue.empty()
