"""The bell is warm before the first press: whoever comes first waits for nothing that could have been done before."""

import json
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from backend.accounts.models import Person
from backend.attempts import bell, papers
from backend.attempts.models import Attempt
from backend.contests import queries
from backend.contests.models import Round
from backend.infra import valkey
from tests.attempts.serving import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


class TooLate(Exception):
    """Something is done at the first press that belongs before it."""


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever earlier tests left in this process's memory is forgotten."""
    monkeypatch.setattr(papers, "_contents", {})
    monkeypatch.setattr(queries, "_frozen_rulebooks", {})
    queries.candidates_of_round.cache_clear()


def forbid_the_rest(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on nothing may be opened or read that a warm process has at hand; return what was tried."""
    tried: list[str] = []

    def forbid(owner: Any, name: str) -> None:
        def refuse(*_: Any, **__: Any) -> Any:
            tried.append(name)
            raise TooLate(name)

        monkeypatch.setattr(owner, name, refuse)

    forbid(psycopg.AsyncConnection, "connect")
    forbid(valkey, "async_client")
    forbid(papers, "get_version_contents")
    forbid(queries.Rulebook, "from_json")
    forbid(queries, "Candidate")
    return tried


async def press(one: Round, session: str) -> tuple[int, dict[str, Any]]:
    """Press start on the short way; 0 where it is left to Django."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def onward(*_: Any) -> None:
        sent.append({"status": 0})

    headers = [(b"host", b"127.0.0.1"), (b"x-session-token", session.encode())]
    path = f"/api/rounds/{one.uuid}/attempts"
    scope = {
        "type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip
    await bell.Bell(onward)(scope, None, send)  # type: ignore[arg-type]  # nothing is received
    body = json.loads(sent[1]["body"]) if len(sent) > 1 else {}
    return sent[0]["status"], body


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("is_warm", [True, False])
async def test_the_first_start_of_a_warm_process_opens_and_reads_nothing(
    open_round: Round, citizen: Person, monkeypatch: pytest.MonkeyPatch, is_warm: bool
):
    session = await sync_to_async(sign_in)(citizen)
    try:
        if is_warm:
            await bell.warm()
        tried = forbid_the_rest(monkeypatch)
        status, paper = (0, {})
        try:
            status, paper = await press(open_round, session)
        except TooLate:
            assert not is_warm
        monkeypatch.undo()
        started = await Attempt.objects.acount()
    finally:
        await bell.shut_down()
        await sync_to_async(connections.close_all)()

    # The cold one shows that this test would notice.
    assert (status, len(paper.get("items", [])), started) == ((201, 3, 1) if is_warm else (0, 0, 0))
    assert bool(tried) is not is_warm
