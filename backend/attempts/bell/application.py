"""Serve `POST /api/rounds/{uuid}/attempts` where the answer is a new paper or a place in the line.

Everything else goes on to Django untouched, refusals above all: the view behind says the same of whoever comes that
way, and is what the OpenAPI document describes.
"""

import re
import time
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import msgspec
from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest

from backend.accounts.devices import device_digest
from backend.attempts import papers, shapes
from backend.attempts.bell.arrivals import Knock
from backend.attempts.bell.live import LiveBell, live_bell
from backend.attempts.bell.trust import standing_headers, trusted_request
from backend.attempts.models import Attempt
from backend.attempts.pacing import COUNTED, writes
from backend.attempts.services.crowd import StartWrite
from backend.attempts.services.standing import plain_number
from backend.infra import clock
from backend.infra.group_commit import Failure, QueueFull, ReadFailed
from backend.infra.sockets.asgi import Application, Receive, Scope, Send, header
from backend.infra.sockets.sessions import session_key_of
from backend.infra.waiting_room import DoorFailed

_PATH = re.compile(r"/api/rounds/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/attempts", re.ASCII)
# Whoever was let in and met a full queue is next: nobody is sent away.
_NEXT = {"code": "waiting", "place": 1, "ahead": 0, "retry_ms": 1000, "ticket": ""}
Told = tuple[HTTPStatus, dict[str, Any]]


class Bell:
    """Wraps the HTTP application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _PATH.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        session_key = session_key_of(scope) if match else None
        request = trusted_request(scope) if session_key else None
        if match is not None and session_key is not None and request is not None:
            try:
                told = await _start(scope, request, UUID(match[1]), session_key)
            except DoorFailed:
                told = None
            if told is not None:
                await _respond(send, request, *told)
                return
        await self._application(scope, receive, send)


async def _start(scope: Scope, request: HttpRequest, uuid: UUID, session_key: str) -> Told | None:
    """Return a paper or a place in the line; None where Django is to answer."""
    live = live_bell()
    one = await live.rounds.get(uuid)
    if one is None:
        return None
    try:
        arrival = await live.arrivals.get(Knock(session_key, one))
    except ReadFailed:
        return None
    if arrival is None or plain_number(arrival.standing, one, now=clock.now()) is None:
        return None
    person_id = arrival.signed_in.person_id
    if writes.take(person_id, time.monotonic()):
        return None
    scope[COUNTED] = True
    waiting = await live.door.ask(person_id=person_id, ticket=header(scope, b"x-waiting-ticket"))
    if waiting is not None:
        return HTTPStatus.ACCEPTED, shapes.waiting_shape(waiting)
    device = device_digest(request, contest_id=one.contest_id)
    return await _begin(live, StartWrite.of(person_id=person_id, round=one, device=device))


async def _begin(live: LiveBell, write: StartWrite) -> Told | None:
    try:
        outcome = await live.starts.commit(write)
    except QueueFull:
        return HTTPStatus.ACCEPTED, _NEXT
    if outcome is Failure.RETRY:
        return HTTPStatus.ACCEPTED, _NEXT
    if isinstance(outcome, Failure) or outcome.attempt is None:
        return None
    return HTTPStatus.CREATED, await _paper(outcome.attempt)


async def _paper(attempt: Attempt) -> dict[str, Any]:
    if not papers.is_warm(attempt.paper):
        await sync_to_async(_warm, thread_sensitive=False)([version_id for version_id, _ in attempt.paper])
    # Its clock started with its transaction: a server time before that would make the page wait for its own start.
    return shapes.in_local_time(shapes.attempt_shape(attempt, now=attempt.started_at, saved=[]))


def _warm(version_ids: list[int]) -> None:
    try:
        papers.warm(version_ids)
    finally:
        close_old_connections()


async def _respond(send: Send, request: HttpRequest, status: HTTPStatus, body: dict[str, Any]) -> None:
    content = msgspec.json.encode(body)
    headers = [
        *standing_headers(request),
        (b"content-length", str(len(content)).encode()),
        (b"x-request-id", uuid4().hex.encode()),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": content})
