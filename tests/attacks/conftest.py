"""A real server, people of every kind, and questions whose keys would be recognized wherever they leaked."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.conf import settings
from django.test import Client
from websockets.sync.client import connect

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.infra import clock
from tests.attacks.serving import Live, serve
from tests.attempts.serving import Opener, Socket, sign_in
from tests.factories import make_contest, make_person, make_unit


@pytest.fixture(scope="session")
def live(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    running = serve(tmp_path_factory.mktemp("live") / "server.log")
    yield running
    running.stop()


@pytest.fixture
def http(live: Live) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live.origin, timeout=15) as client:
        yield client


@pytest.fixture
def open_socket(live: Live) -> Iterator[Opener]:
    """Open sockets of the live server as a page of its own origin would, unless told otherwise."""
    opened = ExitStack()

    def open_one(
        uuid: UUID | str | None = None,
        *,
        session: str | None = None,
        origin: str | None = live.origin,
        path: str | None = None,
        **more: Any,
    ) -> Socket:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        connection = opened.enter_context(
            connect(
                f"ws://127.0.0.1:{live.port}{path or f'/ws/attempts/{uuid}'}",
                origin=origin,  # type: ignore[arg-type]  # a plain string is fine
                additional_headers=headers,
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


def told(response: Any) -> tuple[int, str]:
    """What a refusal says: its status and its code."""
    return response.status_code, response.json()["code"]


def browser_of(person: Person | None, **options: Any) -> Client:
    """A browser of the test client, signed in as the person."""
    browser = Client(raise_request_exception=False, **options)
    if person is not None:
        browser.cookies[settings.SESSION_COOKIE_NAME] = sign_in(person)
    return browser
