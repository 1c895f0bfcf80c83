"""Attack 5, its clock: what does not exist and what is another's are refused after the very same work.

Times are the machine's affair; what is asked of the database, and what is told in which order, is ours.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.socket import application, live, shut_down
from tests.attempts.serving import sign_in
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

Work = tuple[list[tuple[str, int]], list[dict[str, Any]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """Every statement of the sockets' own connections, with how many rows it gave."""
    statements: list[tuple[str, int]] = []
    execute = psycopg.AsyncConnection.execute

    async def noted(self: Any, query: Any, *words: Any, **more: Any) -> Any:
        cursor = await execute(self, query, *words, **more)
        statements.append((query.decode() if isinstance(query, bytes) else str(query), cursor.rowcount))
        return cursor

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", noted)
    monkeypatch.setattr(live, "WATCH_S", 600.0)  # the watch asks at moments of its own
    return statements


async def work_of(uuid: UUID, session: str, asked: list[tuple[str, int]]) -> Work:
    """Open a socket; return what was asked for it and all that was told."""
    headers = [(b"origin", settings.ALLOWED_ORIGINS[0].encode()), (b"x-session-token", session.encode())]
    scope = {"type": "websocket", "path": f"/ws/attempts/{uuid}", "headers": headers, "client": ("127.0.0.1", 1)}
    asked.clear()
    page = ApplicationCommunicator(application, scope)
    await page.send_input({"type": "websocket.connect"})
    await page.wait(20)
    told: list[dict[str, Any]] = []
    while not page.output_queue.empty():
        told.append(page.output_queue.get_nowait())
    return list(asked), told


async def test_05_anothers_attempt_is_refused_after_the_same_work_as_a_random_one(
    open_attempt: Attempt, citizen: Person, asked: list[tuple[str, int]]
):
    line = Answer(attempt=open_attempt, round_id=open_attempt.round_id, item=1, seq=1, choice=[1])
    line.received_at = open_attempt.started_at
    await sync_to_async(Answer.objects.bulk_create)([line])
    stranger = await sync_to_async(lambda: sign_in(make_person(territory=make_unit())))()

    try:
        random = await work_of(uuid4(), stranger, asked)
        anothers = await work_of(open_attempt.uuid, stranger, asked)
        none_at_all = await work_of(UUID(int=0), stranger, asked)
    finally:
        await shut_down()
        await sync_to_async(connections.close_all)()

    assert [message["code"] for message in random[1] if "code" in message] == [4404]
    assert len(random[0]) == 3
    assert anothers == random == none_at_all
