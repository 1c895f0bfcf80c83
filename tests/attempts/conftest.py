"""A server, its sockets, and a citizen in the middle of an attempt."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from websockets.sync.client import connect

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.infra import clock
from tests.attempts.serving import ORIGIN, Opener, Running, Socket, run_server
from tests.factories import make_contest, make_person, make_unit


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[Running]:
    running = run_server()
    yield running
    running.stop()


@pytest.fixture
def open_socket(server: Running) -> Iterator[Opener]:
    opened = ExitStack()

    def open_one(
        uuid: UUID | str,
        *,
        session: str | None = None,
        origin: str | None = ORIGIN,
        path: str | None = None,
        **more: Any,
    ) -> Socket:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        connection = opened.enter_context(
            connect(
                f"ws://127.0.0.1:{server.port}{path or f'/ws/attempts/{uuid}'}",
                origin=origin,  # type: ignore[arg-type]  # a plain string is fine
                additional_headers={**headers, **more.pop("headers", {})},
                compression=more.pop("compression", None),
                close_timeout=1,
                **more,
            )
        )
        return Socket(connection)

    with opened:
        yield open_one


@pytest.fixture
def open_round(transactional_db: None) -> Round:
    """A round that is open at this very moment; papers of three questions out of six."""
    return make_contest(now=clock.now()).rounds.get()


@pytest.fixture
def citizen(transactional_db: None) -> Person:
    return make_person(territory=make_unit())


@pytest.fixture
def open_attempt(open_round: Round, citizen: Person) -> Attempt:
    return start_attempt(person=citizen, round=open_round, now=clock.now())[0]
