"""The attempt socket against the real server: what is said as saved is saved."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import expire_overdue, start_attempt
from backend.attempts.socket.live import LiveSockets
from backend.contests.models import Round
from backend.infra import clock
from backend.results.models import Result
from tests.attempts.serving import Opener, sign_in, token_of
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def stored(attempt: Attempt) -> list[tuple[int, int, list[int]]]:
    return list(Answer.objects.filter(attempt=attempt).order_by("item").values_list("item", "seq", "choice"))


def test_hello_tells_times_and_what_is_saved(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    first = open_socket(open_attempt.uuid, session=sign_in(citizen))
    first.read()
    first.answer(2, [3], 1)

    hello = open_socket(open_attempt.uuid, session=sign_in(citizen)).read()

    assert hello == {
        "t": "hello",
        "server_time": hello["server_time"],
        "deadline_at": open_attempt.deadline_at.isoformat().replace("+00:00", "Z"),
        "saved": [{"item": 2, "seq": 1, "choice": [3]}],
    }


def test_an_answer_is_acknowledged_once_it_is_stored(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()

    assert socket.answer(1, [2], 1) == {"t": "saved", "item": 1, "seq": 1}
    assert stored(open_attempt) == [(1, 1, [2])]


def test_an_app_signs_in_with_its_session_token(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, headers=token_of(citizen))

    assert socket.read()["t"] == "hello"


def test_29_highest_seq_wins_and_the_lower_one_is_told_so(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    socket.answer(1, [2], 5)

    assert socket.answer(1, [3], 4) == {"t": "saved", "item": 1, "seq": 5, "superseded": True, "ref": 4}
    assert socket.answer(1, [2], 5) == {"t": "saved", "item": 1, "seq": 5}
    assert socket.answer(1, [4], 5) == {
        "t": "err",
        "code": "seq_conflict",
        "ref": 5,
        "item": 1,
        "stored": {"seq": 5, "choice": [2]},
    }
    assert socket.answer(1, [], 6) == {"t": "saved", "item": 1, "seq": 6}
    assert stored(open_attempt) == [(1, 6, [])]


BAD_FRAMES = [
    ({"t": "answer", "seq": 1, "item": 4, "choice": [1]}, {"code": "unknown_item", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": 1, "choice": [5]}, {"code": "unknown_item", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": 1, "choice": [1, 2]}, {"code": "bad_choice", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": 0, "choice": [1]}, {"code": "bad_field", "ref": 1}),
    ({"t": "answer", "seq": -1, "item": 1, "choice": [1]}, {"code": "bad_field", "ref": -1}),
    ({"t": "answer", "seq": 1.0, "item": 1, "choice": [1]}, {"code": "bad_field"}),
    ({"t": "answer", "seq": True, "item": 1, "choice": [1]}, {"code": "bad_field"}),
    ({"t": "answer", "seq": "1", "item": 1, "choice": [1]}, {"code": "bad_field"}),
    ({"t": "answer", "seq": 2**63, "item": 1, "choice": [1]}, {"code": "bad_field", "ref": 2**63}),
    ({"t": "answer", "seq": 1, "item": 1, "choice": 1}, {"code": "bad_field", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": 1}, {"code": "bad_field", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": 1, "choice": [1], "key": 1}, {"code": "bad_field", "ref": 1}),
    ({"t": "submit", "prediction": -1}, {"code": "bad_field"}),
    ({"t": "submit", "prediction": 10_000_001}, {"code": "bad_field"}),
    ({"t": "submit", "prediction": "many"}, {"code": "bad_field"}),
    ({"t": "websocket.disconnect"}, {"code": "unknown_type"}),
    ({"t": "__init__"}, {"code": "unknown_type"}),
    ({"t": None}, {"code": "unknown_type"}),
    ({}, {"code": "unknown_type"}),
    ("[]", {"code": "bad_field"}),
    ('{"t":"answer"', {"code": "bad_json"}),
    ("[" * 4000, {"code": "bad_json"}),
]


def test_a_bad_frame_is_refused_by_its_code_and_the_socket_lives_on(
    open_attempt: Attempt, citizen: Person, open_socket: Opener
):
    session = sign_in(citizen)
    replies = []
    for start in range(0, len(BAD_FRAMES), 15):  # the twentieth would close the socket
        socket = open_socket(open_attempt.uuid, session=session)
        socket.read()
        replies += [socket.ask(frame) for frame, _ in BAD_FRAMES[start : start + 15]]
        assert socket.ask({"t": "ping"})["t"] == "pong"

    assert replies == [{"t": "err", **error} for _, error in BAD_FRAMES]
    assert stored(open_attempt) == []


def test_many_bad_frames_close_the_socket(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))

    for _ in range(20):
        socket.send("nonsense")

    assert socket.close_code() == 4400


@pytest.mark.parametrize(("frame", "code"), [(b"\x00\x01", 1003), ('{"t":"ping","x":"' + "a" * 9000 + '"}', 1009)])
def test_frames_of_the_wrong_kind_close_the_socket(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, frame, code
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))

    socket.send(frame)

    assert socket.close_code() == code


def test_invalid_utf8_closes_the_socket(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))

    socket.connection.send(b'{"t":"\xff\xfe"}', text=True)

    assert socket.close_code() == 1007


def test_compression_is_never_negotiated(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen), compression="deflate")

    assert socket.connection.protocol.extensions == []


def test_too_many_frames_are_refused_then_the_socket_is_closed(
    open_attempt: Attempt, citizen: Person, open_socket: Opener
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()

    def flood() -> None:
        # A slow sender is closed before it has sent them all.
        with suppress(ConnectionClosed):
            for _ in range(400):
                socket.send({"t": "ping"})

    # Read meanwhile: a client that only sends stops its own receiving, the close included.
    with ThreadPoolExecutor(1) as beside:
        flooding = beside.submit(flood)
        replies = [socket.read()["t"] for _ in range(41)]
        code = socket.close_code()
        flooding.result(timeout=60)

    assert replies[:40] == ["pong"] * 40
    assert code == 4429


def test_a_foreign_origin_is_refused_before_accept(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    session = sign_in(citizen)
    for origin in [
        None,
        "null",
        "http://evil.test",
        "http://127.0.0.1:8000.evil.test",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:1",
    ]:
        with pytest.raises(InvalidStatus) as refusal:
            open_socket(open_attempt.uuid, session=session, origin=origin)
        assert refusal.value.response.status_code == 403


def test_without_a_session_the_socket_is_closed(open_attempt: Attempt, open_socket: Opener):
    codes = [
        open_socket(open_attempt.uuid, session=session).close_code() for session in [None, "x" * 32, "x" * 500, "a%00b"]
    ]

    assert codes == [4401] * 4


def test_anothers_attempt_looks_like_one_that_does_not_exist(open_attempt: Attempt, open_socket: Opener):
    stranger = sign_in(make_person(territory=make_unit()))

    assert open_socket(open_attempt.uuid, session=stranger).close_code() == 4404
    assert open_socket(uuid4(), session=stranger).close_code() == 4404
    assert open_socket("", session=stranger, path="/ws/attempts/not-a-uuid").close_code() == 4404


def test_guessing_attempts_is_slowed_down(transactional_db: None, open_socket: Opener):
    stranger = sign_in(make_person(territory=make_unit()))

    codes = [open_socket(uuid4(), session=stranger).close_code() for _ in range(34)]

    assert codes[:30] == [4404] * 30
    assert codes[-1] == 4429


@pytest.mark.parametrize("cause", ["sign_out", "ban", "password"])
def test_the_end_of_the_sign_in_closes_the_socket_within_five_seconds(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, cause: str
):
    session = sign_in(citizen)
    socket = open_socket(open_attempt.uuid, session=session)
    socket.read()
    began = time.monotonic()

    match cause:
        case "sign_out":
            Session.objects.filter(session_key=session).delete()
        case "ban":
            Person.objects.filter(pk=citizen.pk).update(is_active=False)
        case "password":
            citizen.set_password("another one entirely")
            citizen.save()

    assert socket.close_code() == 4401
    assert time.monotonic() - began < 5


def test_a_newer_socket_of_the_attempt_closes_the_older(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    session = sign_in(citizen)
    older = open_socket(open_attempt.uuid, session=session)
    older.read()

    newer = open_socket(open_attempt.uuid, session=session)
    newer.read()

    assert older.read() == {"t": "closed", "reason": "superseded"}
    assert older.close_code() == 4409
    assert newer.answer(1, [1], 1) == {"t": "saved", "item": 1, "seq": 1}


def test_submitting_stores_what_came_before_and_again_gives_the_same_receipt(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, monkeypatch: pytest.MonkeyPatch
):
    check, may_close = LiveSockets._check, Event()

    async def check_when_asked(self: LiveSockets, sockets: Any) -> None:
        # The watch closes sockets of ended attempts within two seconds: less than a busy machine may need for the rest.
        if may_close.is_set():
            await check(self, sockets)

    monkeypatch.setattr(LiveSockets, "_check", check_when_asked)
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    for item in (1, 2, 3):
        socket.send({"t": "answer", "item": item, "choice": [1], "seq": item})
    socket.send({"t": "submit", "prediction": 4210})
    replies = [socket.read() for _ in range(4)]

    again = socket.ask({"t": "submit", "prediction": 1})
    late = socket.answer(1, [2], 9)
    may_close.set()

    open_attempt.refresh_from_db()
    assert [reply["t"] for reply in replies] == ["saved", "saved", "saved", "submitted"]
    assert (
        replies[-1]
        == again
        == {
            "t": "submitted",
            "state": "submitted",
            "submitted_at": open_attempt.submitted_at.isoformat().replace("+00:00", "Z"),
            "receipt": open_attempt.receipt,
            "result_shown_at": None,
        }
    )
    assert late == {"t": "err", "code": "attempt_closed", "ref": 9}
    assert socket.read() == {"t": "closed", "reason": "submitted"}
    assert socket.close_code() == 4410
    assert stored(open_attempt) == [(1, 1, [1]), (2, 2, [1]), (3, 3, [1])]
    assert Result.objects.filter(attempt=open_attempt).count() == 1


def test_26_an_answer_after_deadline_and_grace_is_not_stored(
    open_attempt: Attempt, citizen: Person, open_socket: Opener
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE attempts_attempt SET deadline_at = now() - interval '2.5 seconds'")

    assert socket.answer(1, [1], 1) == {"t": "err", "code": "attempt_closed", "ref": 1}
    assert stored(open_attempt) == []


def test_an_answer_within_the_grace_is_stored(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE attempts_attempt SET deadline_at = now() - interval '1 second'")

    assert socket.answer(1, [1], 1) == {"t": "saved", "item": 1, "seq": 1}


def test_an_ended_attempt_closes_its_socket(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    session = sign_in(citizen)
    socket = open_socket(open_attempt.uuid, session=session)
    socket.read()
    Attempt.objects.filter(pk=open_attempt.pk).update(deadline_at=clock.now().replace(year=2020))
    expire_overdue(now=clock.now())

    assert socket.read() == {"t": "closed", "reason": "expired"}
    assert socket.close_code() == 4410
    assert open_socket(open_attempt.uuid, session=session).close_code() == 4410


def test_an_answer_whose_attempt_is_just_being_ended_waits_for_the_end(
    open_attempt: Attempt, citizen: Person, open_round: Round, open_socket: Opener
):
    """The lock of one attempt that is being ended holds up nobody else."""
    other_person = make_person(territory=make_unit())
    other = start_attempt(person=other_person, round=open_round, now=clock.now())[0]
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    beside = open_socket(other.uuid, session=sign_in(other_person))
    socket.read()
    beside.read()

    with transaction.atomic():
        Attempt.objects.filter(pk=open_attempt.pk).update(state=AttemptState.EXPIRED, submitted_at=clock.now())
        socket.send({"t": "answer", "item": 1, "choice": [1], "seq": 1})
        began = time.monotonic()
        assert beside.answer(1, [1], 1) == {"t": "saved", "item": 1, "seq": 1}
        assert time.monotonic() - began < 1.5  # who waits for a lock is sent away after two seconds

    assert socket.read() == {"t": "err", "code": "attempt_closed", "ref": 1}
    assert stored(open_attempt) == []


def test_no_frame_carries_a_key(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    said = [socket.read(), socket.answer(1, [1], 1), socket.answer(9, [1], 2), socket.ask({"t": "submit"})]

    text = json.dumps(said, ensure_ascii=False)
    assert "Giải thích" not in text  # every explanation of the factory begins so
    assert "correct" not in text
    assert "key" not in text
