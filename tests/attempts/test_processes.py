"""Two servers on one database: sockets that meet, connections that die, processes that stop."""

import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from tests.attempts.serving import ORIGIN, Opener, Running, Socket, run_server, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second_server(django_db_setup: None) -> Iterator[Running]:
    running = run_server()
    yield running
    running.stop()


def headers(session: str) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}


def address(server: Running, attempt: Attempt) -> str:
    return f"ws://127.0.0.1:{server.port}/ws/attempts/{attempt.uuid}"


def test_a_newer_socket_in_another_process_closes_the_older(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, second_server: Running
):
    session = sign_in(citizen)
    with connect(
        address(second_server, open_attempt), origin=ORIGIN, additional_headers=headers(session), compression=None
    ) as raw:
        warm_up = Socket(raw)  # the second process listens to hints once its first socket is open
        warm_up.read()
        warm_up.answer(1, [1], 1)

        newer = open_socket(open_attempt.uuid, session=session)
        assert newer.read()["saved"] == [{"item": 1, "seq": 1, "choice": [1]}]

        assert warm_up.read() == {"t": "closed", "reason": "superseded"}
        assert warm_up.close_code() == 4409
        assert newer.answer(1, [2], 2) == {"t": "saved", "item": 1, "seq": 2}


def test_any_asgi_server_serves_the_same_without_the_short_road(open_attempt: Attempt, citizen: Person):
    server = run_server(ws="websockets-sansio")
    with connect(
        address(server, open_attempt), origin=ORIGIN, additional_headers=headers(sign_in(citizen)), compression=None
    ) as raw:
        socket = Socket(raw)
        socket.read()

        assert socket.answer(1, [2], 2) == {"t": "saved", "item": 1, "seq": 2}
        assert socket.answer(1, [1], 1) == {"t": "saved", "item": 1, "seq": 2, "superseded": True, "ref": 1}
        assert socket.ask({"t": "submit", "prediction": 1})["state"] == "submitted"
    server.stop()


def test_killing_the_flushers_connection_loses_nothing(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    socket.answer(1, [1], 1)
    replies = []

    for seq in range(2, 14):
        if seq % 4 == 2:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'hoithi answers' AND datname = current_database()"
                )
        replies.append(socket.answer(1 + seq % 3, [1 + seq % 4], seq))

    assert replies == [{"t": "saved", "item": 1 + seq % 3, "seq": seq} for seq in range(2, 14)]
    assert dict(Answer.objects.values_list("item", "seq")) == {1: 12, 2: 13, 3: 11}


def test_a_server_that_stops_acknowledges_what_it_took_and_says_so(open_attempt: Attempt, citizen: Person):
    server = run_server()
    session = sign_in(citizen)
    with connect(
        address(server, open_attempt), origin=ORIGIN, additional_headers=headers(session), compression=None
    ) as raw:
        socket = Socket(raw)
        socket.read()
        for seq in range(1, 31):
            socket.send({"t": "answer", "item": 1 + seq % 3, "choice": [1], "seq": seq})
        first = socket.read()
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        said = [first]
        while said[-1]["t"] != "closed":
            said.append(socket.read())
        stopping.join(20)

        acknowledged = {one["item"]: one["seq"] for one in said if one["t"] == "saved"}
        assert said[-1] == {"t": "closed", "reason": "restart"}
        assert socket.close_code() == 1012

    stored = dict(Answer.objects.values_list("item", "seq"))
    assert all(stored[item] >= seq for item, seq in acknowledged.items())
