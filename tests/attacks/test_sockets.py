"""Attacks 1 to 22 of the list: the sockets, through the very process that `serve` starts."""

import json
import time
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.contests.models import Round
from backend.infra import keys
from backend.standings.socket.connection import HELLO_S
from tests.attacks.serving import Live, handshake, raw_exchange
from tests.attempts.serving import Opener, sign_in
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def status_of(response: bytes) -> int:
    return int(response.split(b" ", 2)[1])


@pytest.mark.parametrize("path", ["/ws/attempts/00000000-0000-4000-8000-000000000000", "/ws/topics"])
def test_01_02_origins_that_are_not_ours_are_refused_before_accept_and_logged(live: Live, open_socket: Opener, path):
    foreign = [
        None,
        "null",
        "",
        "https://hoithi.example",
        f"{live.origin}.evil.example",
        f"{live.origin}/",
        live.origin.replace("http", "https"),
        live.origin.replace(str(live.port), str(live.port - 1)),
        live.origin.replace("127.0.0.1", "127.0.0.1:80@evil.example"),
        f"{live.origin} https://evil.example",
        "https://canary-of-an-origin.example",
    ]
    for origin in foreign:
        with pytest.raises(InvalidStatus) as refusal:
            open_socket(path=path, origin=origin)
        assert refusal.value.response.status_code == 403

    told = [json.loads(line) for line in live.printed().splitlines() if "canary-of-an-origin" in line][-1]
    assert (told["event"], told["level"], told["path"]) == ("socket_origin_refused", "warning", path)


def test_03_no_session_is_4401_after_accept(open_attempt: Attempt, open_socket: Opener):
    sessions = [None, "x" * 32, "x" * 500, "'; DROP TABLE django_session; --"]

    codes = [open_socket(open_attempt.uuid, session=session).close_code() for session in sessions]

    assert codes == [4401] * len(sessions)


def test_04_signing_out_over_http_closes_the_open_socket_within_five_seconds(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, http: httpx.Client
):
    session = sign_in(citizen)
    socket = open_socket(open_attempt.uuid, session=session)
    socket.read()
    began = time.monotonic()

    response = http.delete("/_allauth/app/v1/auth/session", headers={"X-Session-Token": session})

    assert response.status_code == 401  # allauth's word for "now nobody is signed in"
    assert socket.close_code() == 4401
    assert time.monotonic() - began < 5


def test_05_anothers_attempt_and_a_random_one_close_alike(open_attempt: Attempt, open_socket: Opener):
    stranger = sign_in(make_person(territory=make_unit()))
    addresses = [open_attempt.uuid, uuid4(), "not-a-uuid", f"{open_attempt.uuid}/../x", str(open_attempt.uuid).upper()]

    sockets = [open_socket(address, session=stranger) for address in addresses]

    assert [(one.close_code(), one.connection.close_reason) for one in sockets] == [(4404, "")] * len(addresses)


def test_07_frames_over_eight_kib_are_1009(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))

    socket.send('{"t":"ping","x":"' + "a" * 9000 + '"}')

    assert socket.close_code() == 1009


def test_07_letters_of_several_bytes_do_not_slip_over_the_limit(open_socket: Opener):
    socket = open_socket(path="/ws/topics")

    socket.send('{"t":"ping","x":"' + "ệ" * 3000 + '"}')

    assert socket.close_code() == 1009


def test_08_compression_is_never_negotiated(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    sockets = [
        open_socket(open_attempt.uuid, session=sign_in(citizen), compression="deflate"),
        open_socket(path="/ws/topics", compression="deflate"),
    ]

    assert [one.connection.protocol.extensions for one in sockets] == [[], []]


def test_09_endless_fragments_are_1009(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    wire = socket.connection.socket

    first, rest = Frame(Opcode.TEXT, b"a", fin=False), Frame(Opcode.CONT, b"a", fin=False)
    wire.sendall(first.serialize(mask=True) + b"".join(rest.serialize(mask=True) for _ in range(9000)))

    assert socket.close_code() == 1009


def test_10_binary_frames_are_1003(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    sockets = [open_socket(open_attempt.uuid, session=sign_in(citizen)), open_socket(path="/ws/topics")]

    for one in sockets:
        one.send(b"\x00\x01")

    assert [one.close_code() for one in sockets] == [1003, 1003]


def test_11_invalid_utf8_is_1007(live: Live, open_attempt: Attempt, citizen: Person, open_socket: Opener):
    sockets = [open_socket(open_attempt.uuid, session=sign_in(citizen)), open_socket(path="/ws/topics")]

    for one in sockets:
        one.connection.send(b'{"t":"\xff\xfe canary-in-utf8"}', text=True)

    assert [one.close_code() for one in sockets] == [1007, 1007]


FOREIGN_TYPES = ["websocket.disconnect", "websocket.receive", "__init__", "__class__", "tick", "saved", "", None]


@pytest.mark.parametrize("kind", ["attempt", "topics"])
def test_13_types_that_are_none_of_ours_are_never_dispatched(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, kind: str
):
    socket = (
        open_socket(open_attempt.uuid, session=sign_in(citizen))
        if kind == "attempt"
        else open_socket(path="/ws/topics")
    )
    if kind == "attempt":
        socket.read()

    replies = [socket.ask({"t": one}) for one in FOREIGN_TYPES]

    assert replies == [{"t": "err", "code": "unknown_type"}] * len(FOREIGN_TYPES)
    assert socket.ask({"t": "ping"})["t"] == "pong"


@pytest.mark.parametrize("field", ["seq", "item", "choice"])
def test_14_numbers_of_the_wrong_kind_are_bad_fields(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, field: str
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    good = {"t": "answer", "seq": 1, "item": 1, "choice": [1]}
    wrong = ["1", True, 1.0, -1, 2**63, 10**300, None, {}, [[1]]]

    replies = [socket.ask({**good, field: value}) for value in wrong]

    assert [(one["t"], one["code"]) for one in replies] == [("err", "bad_field")] * len(wrong)
    assert not Answer.objects.exists()


def test_15_places_and_choices_outside_the_paper_are_unknown(
    open_attempt: Attempt, citizen: Person, open_socket: Opener
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()

    replies = [socket.answer(4, [1], 1), socket.answer(32_767, [1], 2), socket.answer(1, [5], 3)]

    assert [(one["code"], one["ref"]) for one in replies] == [("unknown_item", seq) for seq in (1, 2, 3)]
    assert not Answer.objects.exists()


def test_16_a_flood_is_refused_with_a_wait_and_then_closed(open_attempt: Attempt, citizen: Person, open_socket: Opener):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()

    # A slow sender is closed before the last.
    with suppress(ConnectionClosed):
        for _ in range(130):
            socket.send({"t": "ping"})
    replies = [socket.read() for _ in range(60)]

    assert [one["t"] for one in replies[:40]] == ["pong"] * 40
    refused = next(one for one in replies if one["t"] == "err")
    assert refused == {"t": "err", "code": "rate", "retry_ms": refused["retry_ms"]}
    assert 0 < refused["retry_ms"] <= 1000
    assert socket.close_code() == 4429


@pytest.mark.slow
def test_18_silence_on_the_topic_socket_is_4408(open_socket: Opener):
    began = time.monotonic()

    assert open_socket(path="/ws/topics").close_code(30) == 4408
    assert 4 < time.monotonic() - began < 20
    assert HELLO_S <= 5


def test_20_citizens_never_follow_what_staff_follow(open_round: Round, citizen: Person, open_socket: Opener):
    topic = keys.monitor_topic(open_round.uuid)
    for session in (None, sign_in(citizen)):
        socket = open_socket(path="/ws/topics", session=session)
        socket.send({"t": "sub", "topics": [topic]})
        assert socket.close_code() == 4403


@pytest.mark.parametrize(
    ("status", "change"),
    [
        (426, {"Sec_WebSocket_Version": "12"}),
        (400, {"Sec_WebSocket_Version": None}),
        (400, {"Sec_WebSocket_Key": "short"}),
        (400, {"version": "HTTP/1.0"}),
    ],
)
def test_22_handshakes_that_are_none_are_refused(live: Live, status: int, change: dict[str, str]):
    response = raw_exchange(live.port, handshake(live, "/ws/topics", **change), timeout_s=3)

    assert status_of(response) == status
    assert b"101 Switching" not in response


def test_addresses_that_are_no_sockets_are_403(live: Live, open_socket: Opener):
    for path in ["/ws/", "/ws/admin", "/ws/topics/../attempts", "/api/me", "/", "/ws/topics%00"]:
        with pytest.raises(InvalidStatus) as refusal:
            open_socket(path=path)
        assert refusal.value.response.status_code == 403


def test_a_session_in_the_address_is_no_session_and_is_not_logged(
    live: Live, open_attempt: Attempt, citizen: Person, open_socket: Opener
):
    session = sign_in(citizen)

    socket = open_socket(path=f"/ws/attempts/{open_attempt.uuid}?{settings.SESSION_COOKIE_NAME}={session}")

    assert socket.close_code() == 4401
    assert session not in live.printed()
