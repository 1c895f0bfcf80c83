"""Answers in words on both ways in: what is said as saved is saved, as it was written, and nobody else reads it."""

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt, Flag, PreparedPaper
from backend.attempts.services import expire_overdue, sweep
from backend.attempts.services.pool import draw_paper
from backend.attempts.socket.connection import FRAMES_BURST
from backend.contests.models import Round
from backend.core.timing import GRACE
from backend.core.written import ESSAY_MAX, SHORT_TEXT_MAX
from backend.infra import clock
from backend.rehearsal.checks.answers import find_lost_answers
from backend.rehearsal.client import Client as Rehearser
from backend.rehearsal.history import AttemptHistory, History
from backend.rehearsal.plans import write
from backend.rehearsal.public import read_saved
from backend.rehearsal.sitting import HttpSitting
from tests.attempts.serving import Opener, Running, Socket, sign_in, token_of
from tests.attempts.writing import ESSAY, SHORT, want_words, written_paper

pytestmark = pytest.mark.django_db(transaction=True)

SPOKEN = "Thưa “Hà Nội”,\n\n<script>alert('1')</script> {{ 7*7 }} '; DROP TABLE answers; -- \\ 🌾 100 %"


@pytest.fixture
def paper(open_attempt: Attempt) -> Attempt:
    return want_words(open_attempt)


@pytest.fixture
def socket(paper: Attempt, citizen: Person, open_socket: Opener) -> Socket:
    opened = open_socket(paper.uuid, session=sign_in(citizen))
    opened.read()
    return opened


@pytest.fixture
def http(server: Running, citizen: Person) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.http, headers=token_of(citizen), timeout=20) as client:
        yield client


def text(item: int, seq: int, written: Any) -> dict[str, Any]:
    return {"t": "text", "seq": seq, "item": item, "text": written}


def post(http: httpx.Client, attempt: Attempt, *answers: Any) -> httpx.Response:
    return http.post(f"/api/attempts/{attempt.uuid}/answers", json={"answers": answers})


def stored() -> list[tuple[int, int, list[int], str | None]]:
    return list(Answer.objects.order_by("item").values_list("item", "seq", "choice", "text"))


def test_the_paper_says_how_long_words_may_be_and_shows_nothing_that_is_right(paper: Attempt, http: httpx.Client):
    shown = http.get(f"/api/attempts/{paper.uuid}")

    first, short, essay = shown.json()["items"]
    assert (first["kind"], len(first["options"]), "max_length" in first) == ("single", 4, False)
    assert short == {
        "item": 2,
        "kind": "short_text",
        "stem": "Thủ đô của nước ta?",
        "options": [],
        "max_length": SHORT_TEXT_MAX,
    }
    assert essay == {"item": 3, "kind": "essay", "stem": "Bạn sẽ làm gì?", "options": [], "max_length": ESSAY_MAX}
    assert "CANARY" not in shown.text


def test_a_paper_drawn_ahead_hands_out_its_places_in_words(open_round: Round, http: httpx.Client):
    drawn = draw_paper(open_round)
    PreparedPaper.objects.create(round=open_round, seed=drawn.seed, paper=written_paper(drawn.paper))

    begun = http.post(f"/api/rounds/{open_round.uuid}/attempts")

    assert begun.status_code == 201
    assert [(one["kind"], one.get("max_length"), len(one["options"])) for one in begun.json()["items"]] == [
        ("single", None, 4),
        ("short_text", SHORT_TEXT_MAX, 0),
        ("essay", ESSAY_MAX, 0),
    ]
    assert "CANARY" not in begun.text


def test_the_sweeper_ends_papers_with_words_and_leaves_the_words(paper: Attempt, http: httpx.Client):
    post(http, paper, {"item": ESSAY, "seq": 1, "text": "Trong giờ"})
    paper.deadline_at = clock.now() - timedelta(minutes=1)
    paper.save(update_fields=["deadline_at"])

    assert sweep(now=clock.now()) == 1
    body = http.get(f"/api/attempts/{paper.uuid}").json()
    assert (body["state"], body["saved"]) == ("expired", [{"item": ESSAY, "seq": 1, "text": "Trong giờ"}])


def test_40_words_faster_than_a_person_are_stored_and_flagged(paper: Attempt, socket: Socket, http: httpx.Client):
    """A hand that types is saved once a second at most."""
    for seq in range(1, 41):
        socket.ask(text(SHORT, seq, f"Bản {seq}"))
    post(http, paper, *({"item": SHORT, "seq": seq, "text": f"Bản {seq}"} for seq in range(41, 100)))

    assert stored() == [(SHORT, 99, [], "Bản 99")]
    flag = Flag.objects.get()
    assert (flag.kind, [word for word in ("Bản", "text") if word in str(flag.detail)]) == ("haste", [])


def test_61_62_words_are_stored_and_shown_as_they_were_written(
    paper: Attempt, citizen: Person, socket: Socket, http: httpx.Client, open_socket: Opener
):
    assert socket.ask(text(ESSAY, 1, SPOKEN)) == {"t": "saved", "item": ESSAY, "seq": 1}
    assert socket.ask(text(SHORT, 2, "  Hà Nội ")) == {"t": "saved", "item": SHORT, "seq": 2}
    assert socket.answer(1, [2], 3) == {"t": "saved", "item": 1, "seq": 3}

    saved = [
        {"item": 1, "seq": 3, "choice": [2]},
        {"item": SHORT, "seq": 2, "text": "  Hà Nội "},
        {"item": ESSAY, "seq": 1, "text": SPOKEN},
    ]
    assert stored() == [(1, 3, [2], None), (SHORT, 2, [], "  Hà Nội "), (ESSAY, 1, [], SPOKEN)]
    # Another device: the socket says it at once, and the page that resumes is shown the same.
    assert open_socket(paper.uuid, session=sign_in(citizen)).read()["saved"] == saved
    resumed = http.get(f"/api/attempts/{paper.uuid}")
    assert resumed.json()["saved"] == saved
    assert resumed.headers["content-type"] == "application/json"


def test_29_30_one_order_of_seqs_and_a_second_text_under_one_seq_is_a_conflict(socket: Socket, paper: Attempt):
    socket.ask(text(SHORT, 5, "Hà Nội"))

    assert socket.ask(text(SHORT, 4, "Huế")) == {
        "t": "saved",
        "item": SHORT,
        "seq": 5,
        "superseded": True,
        "ref": 4,
    }
    assert socket.ask(text(SHORT, 5, "Hà Nội")) == {"t": "saved", "item": SHORT, "seq": 5}
    assert socket.ask(text(SHORT, 5, "Huế")) == {
        "t": "err",
        "code": "seq_conflict",
        "ref": 5,
        "item": SHORT,
        "stored": {"seq": 5, "text": "Hà Nội"},
    }
    assert stored() == [(SHORT, 5, [], "Hà Nội")]
    assert Flag.objects.get().detail == {"item": SHORT, "seq": 5, "stored_length": 6, "sent_length": 3}

    assert socket.ask(text(SHORT, 6, "")) == {"t": "saved", "item": SHORT, "seq": 6}
    assert stored() == [(SHORT, 6, [], "")]


REFUSED = [
    (text(SHORT, 1, "a" * (SHORT_TEXT_MAX + 1)), {"code": "text_too_long", "ref": 1}),
    (text(ESSAY, 1, "a" * (ESSAY_MAX + 1)), {"code": "text_too_long", "ref": 1}),
    (text(SHORT, 1, "một\nhai"), {"code": "bad_text", "ref": 1}),
    (text(ESSAY, 1, "a\x00b"), {"code": "bad_text", "ref": 1}),
    (text(ESSAY, 1, "a\tb"), {"code": "bad_text", "ref": 1}),
    (text(ESSAY, 1, "a\u202eb"), {"code": "bad_text", "ref": 1}),
    (text(1, 1, "a"), {"code": "unknown_item", "ref": 1}),
    (text(1, 1, ""), {"code": "unknown_item", "ref": 1}),
    (text(4, 1, "a"), {"code": "unknown_item", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": SHORT, "choice": [1]}, {"code": "unknown_item", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": ESSAY, "choice": [1, 2]}, {"code": "unknown_item", "ref": 1}),
    ({"t": "answer", "seq": 1, "item": SHORT, "choice": []}, {"code": "unknown_item", "ref": 1}),
    (text(SHORT, -1, "a"), {"code": "bad_field", "ref": -1}),
    (text(SHORT, 2**63, "a"), {"code": "bad_field", "ref": 2**63}),
    (text(SHORT, 1, None), {"code": "bad_field", "ref": 1}),
    (text(SHORT, 1, ["a"]), {"code": "bad_field", "ref": 1}),
    ({**text(SHORT, 1, "a"), "choice": []}, {"code": "bad_field", "ref": 1}),
    ('{"t":"text","seq":1,"item":2,"text":"\\ud800"}', {"code": "bad_json"}),
]


def test_14_15_59_a_text_that_does_not_fit_is_refused_by_its_code_and_not_stored(
    paper: Attempt, citizen: Person, open_socket: Opener
):
    session = sign_in(citizen)
    replies = []
    for start in range(0, len(REFUSED), FRAMES_BURST // 4):
        opened = open_socket(paper.uuid, session=session)
        opened.read()
        replies += [opened.ask(frame) for frame, _ in REFUSED[start : start + FRAMES_BURST // 4]]
        assert opened.ask({"t": "ping"})["t"] == "pong"

    assert replies == [{"t": "err", **error} for _, error in REFUSED]
    assert stored() == []


def test_07_a_text_too_long_for_a_frame_closes_the_socket_and_goes_by_http(
    socket: Socket, paper: Attempt, http: httpx.Client
):
    essay = "Nước non nghìn dặm ra đi\n" * 199
    assert len(essay) <= ESSAY_MAX
    socket.send(json.dumps(text(ESSAY, 1, "ô" * ESSAY_MAX), ensure_ascii=False))
    assert socket.close_code() == 1009

    response = post(http, paper, {"item": ESSAY, "seq": 2, "text": essay}, {"item": 1, "seq": 3, "choice": [2]})

    assert response.status_code == 200
    assert response.json()["saved"] == [{"item": ESSAY, "seq": 2}, {"item": 1, "seq": 3}]
    assert stored() == [(1, 3, [2], None), (ESSAY, 2, [], essay)]


def test_by_http_words_are_saved_refused_and_replayed_one_by_one(paper: Attempt, http: httpx.Client):
    post(http, paper, {"item": SHORT, "seq": 5, "text": "Hà Nội"})

    response = post(
        http,
        paper,
        {"item": SHORT, "seq": 4, "text": "Huế"},
        {"item": SHORT, "seq": 5, "text": "Hà Nội"},
        {"item": SHORT, "seq": 5, "text": "Huế"},
        {"item": ESSAY, "seq": 6, "text": "Một\nhai"},
        {"item": ESSAY, "seq": 7, "text": "a" * (ESSAY_MAX + 1)},
        {"item": SHORT, "seq": 8, "text": "Một\nhai"},
        {"item": SHORT, "seq": 9, "choice": []},
        {"item": 1, "seq": 10, "text": ""},
        {"item": 1, "seq": 11, "choice": [2]},
    )

    assert response.status_code == 200
    assert {**response.json(), "server_time": ""} == {
        "saved": [
            {"item": SHORT, "seq": 5},
            {"item": SHORT, "seq": 5},
            {"item": ESSAY, "seq": 6},
            {"item": 1, "seq": 11},
        ],
        "refused": [
            {"item": ESSAY, "seq": 7, "code": "text_too_long"},
            {"item": SHORT, "seq": 8, "code": "bad_text"},
            {"item": SHORT, "seq": 9, "code": "unknown_item"},
            {"item": 1, "seq": 10, "code": "unknown_item"},
            {"item": SHORT, "seq": 5, "code": "seq_conflict"},
        ],
        "server_time": "",
    }
    assert stored() == [(1, 11, [2], None), (SHORT, 5, [], "Hà Nội"), (ESSAY, 6, [], "Một\nhai")]


MALFORMED: list[dict[str, Any]] = [
    {"item": SHORT, "seq": 1},
    {"item": SHORT, "seq": 1, "text": "a", "choice": [1]},
    {"item": SHORT, "seq": 1, "text": "a", "choice": []},
    {"item": SHORT, "seq": 1, "text": None},
    {"item": SHORT, "seq": 1, "text": 7},
    {"item": SHORT, "seq": 1, "text": True},
    {"item": SHORT, "seq": 1, "text": ["a"]},
    {"item": SHORT, "seq": 1, "text": "a\x00b"},
    {"item": SHORT, "seq": "1", "text": "a"},
]


def test_14_59_a_malformed_answer_in_words_is_400_and_names_its_field(paper: Attempt, http: httpx.Client):
    responses = [post(http, paper, {"item": ESSAY, "seq": 9, "text": "CANARY"}, answer) for answer in MALFORMED]
    lone_half = '{"answers":[{"item":3,"seq":1,"text":"a\\ud800"}]}'
    responses.append(
        http.post(
            f"/api/attempts/{paper.uuid}/answers", content=lone_half, headers={"Content-Type": "application/json"}
        )
    )

    assert [(one.status_code, one.json()["code"]) for one in responses] == [(400, "invalid_input")] * len(responses)
    # What no text can hold is refused by whoever reads the body, before there are fields.
    named = [list(one.json().get("fields", ())) for one in responses]
    assert named == [["answers"] if "\\u0000" not in json.dumps(one) else [] for one in MALFORMED] + [[]]
    assert [one.text for one in responses if "CANARY" in one.text] == []
    assert stored() == []


def test_51_a_journal_of_essays_is_taken_up_to_the_bound_of_a_body(paper: Attempt, http: httpx.Client):
    fits = [{"item": ESSAY, "seq": seq, "text": "ô" * ESSAY_MAX} for seq in range(1, 24)]
    over = [{"item": ESSAY, "seq": seq, "text": "ô" * ESSAY_MAX} for seq in range(24, 54)]
    address = f"/api/attempts/{paper.uuid}/answers"
    headers = {"Content-Type": "application/json"}

    responses = [
        http.post(address, content=json.dumps({"answers": answers}, ensure_ascii=False).encode(), headers=headers)
        for answers in (fits, over)
    ]

    assert [one.status_code for one in responses] == [200, 413]
    assert responses[0].json()["saved"] == [{"item": ESSAY, "seq": 23}] * 23
    assert stored() == [(ESSAY, 23, [], "ô" * ESSAY_MAX)]


def test_26_33_words_after_the_deadline_are_not_stored(paper: Attempt, socket: Socket, http: httpx.Client):
    socket.ask(text(ESSAY, 1, "Trong giờ"))
    paper.deadline_at = clock.now() - GRACE - timedelta(seconds=1)
    paper.save(update_fields=["deadline_at"])

    assert socket.ask(text(ESSAY, 2, "Ngoài giờ")) == {"t": "err", "code": "attempt_closed", "ref": 2}
    late = post(http, paper, {"item": SHORT, "seq": 3, "text": "Ngoài giờ"})
    expire_overdue(now=clock.now(), attempt_ids=[paper.pk])
    after = post(http, paper, {"item": SHORT, "seq": 4, "text": "Ngoài giờ"})

    assert [(one.status_code, one.json()["code"]) for one in (late, after)] == [(410, "attempt_closed")] * 2
    assert stored() == [(ESSAY, 1, [], "Trong giờ")]


def test_two_tabs_write_one_essay_and_the_highest_seq_stands(paper: Attempt, citizen: Person, open_socket: Opener):
    session = sign_in(citizen)
    first = open_socket(paper.uuid, session=session)
    first.read()
    first.ask(text(ESSAY, 1, "Bản một"))
    second = open_socket(paper.uuid, session=session)

    assert second.read()["saved"] == [{"item": ESSAY, "seq": 1, "text": "Bản một"}]
    assert second.ask(text(ESSAY, 3, "Bản ba")) == {"t": "saved", "item": ESSAY, "seq": 3}
    assert first.close_code() == 4409
    assert second.ask(text(ESSAY, 2, "Bản hai của trang cũ"))["superseded"] is True
    assert stored() == [(ESSAY, 3, [], "Bản ba")]


def test_words_sent_just_before_the_hand_in_are_stored_first(socket: Socket, paper: Attempt):
    socket.send(text(ESSAY, 1, "Lời cuối"))
    socket.send(text(SHORT, 2, "Hà Nội"))
    socket.send({"t": "submit", "prediction": None})

    told = [socket.read() for _ in range(3)]

    assert {one["t"] for one in told[:2]} == {"saved"}
    assert (told[2]["t"], told[2]["state"]) == ("submitted", "submitted")
    assert stored() == [(SHORT, 2, [], "Hà Nội"), (ESSAY, 1, [], "Lời cuối")]


def test_a_citizen_of_a_rehearsal_answers_in_words_and_finds_them_as_they_were_sent(
    paper: Attempt, server: Running, citizen: Person
):
    history = History()
    played = AttemptHistory(uuid=str(paper.uuid), token=sign_in(citizen))
    history.attempts.append(played)
    rng = random.Random(1)

    async def play() -> dict[str, Any]:
        async with Rehearser(server.http, history=history) as client:
            sitting = HttpSitting(client=client, attempt=played, history=history)
            for item, reply in ((1, (2,)), (SHORT, write("short_text", rng=rng)), (ESSAY, write("essay", rng=rng))):
                await sitting.answer(item, reply)
            await sitting.settle()
            return await read_saved(client, [played])

    seen = asyncio.run(play())

    assert find_lost_answers([played], seen) == []
    assert {item: reply for item, (_, reply) in seen[played.uuid].items()} == {
        item: reply for (item, _), reply in played.sent.items()
    }
    # And a word that is not what was sent is found.
    seen[played.uuid][SHORT] = (seen[played.uuid][SHORT][0], "khác")
    assert len(find_lost_answers([played], seen)) == 1


def test_no_log_line_repeats_what_was_written(
    socket: Socket, paper: Attempt, http: httpx.Client, caplog: pytest.LogCaptureFixture
):
    for frame in (text(SHORT, 5, "CANARY-1"), text(SHORT, 5, "CANARY-2"), text(SHORT, 6, "CANARY-3" * 50)):
        socket.ask(frame)
    socket.ask(text(1, 7, "CANARY-4"))
    post(http, paper, {"item": SHORT, "seq": 5, "text": "CANARY-5"}, {"item": 1, "seq": 8, "text": "CANARY-6"})
    post(http, paper, {"item": SHORT, "seq": 5, "text": "CANARY\x00"})
    metrics = http.get("/metrics")

    assert "seq_conflict" in caplog.text
    assert "CANARY" not in caplog.text + metrics.text
