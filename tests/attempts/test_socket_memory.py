"""What a socket leaves in memory. The collector is off meanwhile: what waits for it waits for minutes, by thousands."""

import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.server import ServerProtocol

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.socket.admission import SeatedAttempt
from backend.attempts.socket.connection import AttemptSocket
from backend.config.protocols import HttpProtocol
from backend.config.websockets import WebSocketProtocol
from tests.attempts.serving import Opener, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_SOCKET = (HttpProtocol, WebSocketProtocol, ServerProtocol, AttemptSocket)


def alive(*kinds: type) -> list[Any]:
    # Never isinstance: it would wake lazy objects of others.
    return [one for one in gc.get_objects() if type(one) in kinds]


def news(*kinds: type, known: list[Any]) -> list[str]:
    """Return the kinds of what is alive beside what is known; it may take a moment until nothing is."""
    old = {id(one) for one in known}
    give_up_at = time.monotonic() + 10
    while (found := [type(one).__name__ for one in alive(*kinds) if id(one) not in old]) and (
        time.monotonic() < give_up_at
    ):
        time.sleep(0.05)
    return sorted(found)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_closed_socket_leaves_nothing_to_the_collector(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, no_collector: None
):
    session, known = sign_in(citizen), alive(*OF_A_SOCKET)

    for seq in (1, 2, 3):
        socket = open_socket(open_attempt.uuid, session=session)
        socket.read()
        socket.answer(1, [2], seq)
        assert {type(one) for one in alive(*OF_A_SOCKET)} >= {WebSocketProtocol, ServerProtocol, AttemptSocket}
        socket.connection.close()
    # Without a word, as phones in a tunnel.
    lost = open_socket(open_attempt.uuid, session=session)
    lost.read()
    lost.connection.socket.shutdown(2)

    assert news(*OF_A_SOCKET, known=known) == []


def test_an_open_socket_keeps_neither_paper_nor_answers(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, no_collector: None
):
    session, known = sign_in(citizen), alive(SeatedAttempt)
    first = open_socket(open_attempt.uuid, session=session)
    first.read()
    first.answer(1, [2], 1)

    socket = open_socket(open_attempt.uuid, session=session)

    assert socket.read()["saved"] == [{"item": 1, "seq": 1, "choice": [2]}]
    assert news(SeatedAttempt, known=known) == []
    assert socket.answer(1, [3], 2) == {"t": "saved", "item": 1, "seq": 2}
