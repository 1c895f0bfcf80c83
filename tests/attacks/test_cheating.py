"""Attacks 23 to 45 of the list: the clock, the paper and the score, against who wants more than they know."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from websockets.frames import Frame, Opcode

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt, Flag
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.core.drawing import Candidate, Cell, draw
from backend.core.timing import GRACE
from backend.infra import clock
from backend.results.models import Result
from tests.attacks.conftest import browser_of
from tests.attacks.serving import Live
from tests.attempts.serving import Opener, sign_in, token_of
from tests.factories import make_contest, make_person, make_question, make_unit
from tests.pipeline.processes import wait_for
from tests.results_at_hand import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("shift", [timedelta(hours=1), -timedelta(hours=1)])
def test_28_the_clock_of_the_phone_changes_neither_countdown_nor_result(
    http: httpx.Client, open_round: Round, citizen: Person, shift: timedelta
):
    """What a phone says about the time is read nowhere: headers and fields of its own are refused or ignored."""
    elsewhere = clock.now() + shift
    headers = {**token_of(citizen), "Date": elsewhere.strftime("%a, %d %b %Y %H:%M:%S GMT"), "X-Time": str(elsewhere)}

    paper = http.post(f"/api/rounds/{open_round.uuid}/attempts", json={"started_at": str(elsewhere)}, headers=headers)
    attempt = Attempt.objects.get()
    answers = {"answers": [{"item": 1, "choice": [1], "seq": 1, "received_at": str(elsewhere)}]}
    saved = http.post(f"/api/attempts/{attempt.uuid}/answers", json=answers, headers=headers)
    ended = http.post(f"/api/attempts/{attempt.uuid}/submit", json={"submitted_at": str(elsewhere)}, headers=headers)

    assert (paper.status_code, saved.status_code, ended.status_code) == (201, 200, 200)
    assert abs(attempt.started_at - clock.now()) < timedelta(seconds=30)
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=15)
    result = Result.objects.get()
    assert abs(result.submitted_at - clock.now()) < timedelta(seconds=30)
    assert result.used_ms < 30_000


def test_30_a_used_seq_with_another_choice_changes_nothing_and_is_audited(
    live: Live, open_attempt: Attempt, citizen: Person, open_socket: Opener, http: httpx.Client
):
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()
    socket.answer(1, [2], 7)

    told = socket.answer(1, [3], 7)
    journal = {"answers": [{"item": 1, "choice": [4], "seq": 7}]}
    over_http = http.post(f"/api/attempts/{open_attempt.uuid}/answers", json=journal, headers=token_of(citizen))

    assert told == {
        "t": "err", "code": "seq_conflict", "ref": 7, "item": 1, "stored": {"seq": 7, "choice": [2]}
    }  # fmt: skip
    assert over_http.json()["refused"] == [{"item": 1, "seq": 7, "code": "seq_conflict"}]
    assert list(Answer.objects.values_list("item", "seq", "choice")) == [(1, 7, [2])]
    (flag,) = Flag.objects.all()
    assert (flag.attempt_id, flag.kind, flag.times, flag.detail) == (
        open_attempt.pk,
        "seq_conflict",
        2,
        {"item": 1, "seq": 7, "stored": [2], "sent": [3]},
    )
    lines = [line for line in live.printed().splitlines() if "seq_conflict" in line and str(open_attempt.uuid) in line]
    assert len(lines) == 2


def test_35_nobody_reads_questions_before_the_start(open_round: Round):
    citizen = browser_of(make_person(territory=make_unit()))
    version = open_round.pool.first().version if hasattr(open_round, "pool") else make_question(stem="Canary?")
    address = f"/api/staff/questions/{version.question.uuid}"

    answers = [citizen.get(one) for one in ("/api/staff/questions", address)]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "role_required")] * 2
    for one in ("/api/contests", f"/api/contests/{open_round.contest.key}", "/api/documents/15-nq-tw-2022"):
        assert version.stem not in citizen.get(one).content.decode()


def test_37_the_place_of_the_key_tells_nothing():
    """Chi-square over 6,000 draws: three degrees of freedom, 16.27 is exceeded once in a thousand honest runs."""
    blueprint, candidates = [Cell("t", 1, 6)], [Candidate(n, "t", 1, 4) for n in range(1, 13)]
    key_of = {n: 1 + n % 4 for n in range(1, 13)}

    places: Counter[int] = Counter()
    firsts: Counter[int] = Counter()
    for seed in range(1000):
        paper = draw(seed=seed, blueprint=blueprint, candidates=candidates)
        firsts[paper[0].version_id] += 1
        places.update(one.order.index(key_of[one.version_id]) + 1 for one in paper)

    expected = sum(places.values()) / 4
    assert sum((count - expected) ** 2 / expected for count in places.values()) < 16.27
    assert len(firsts) == 12


def test_37_two_persons_do_not_share_an_order(open_round: Round):
    """Seeds are drawn apart: the number of the attempt, the person or the time would be guessed."""
    people = [make_person(territory=make_unit()) for _ in range(6)]

    attempts = [start_attempt(person=one, round=open_round, now=clock.now())[0] for one in people]

    assert len({one.seed for one in attempts}) == 6
    assert len({str(one.paper) for one in attempts}) > 3


def test_38_looking_at_the_score_tells_no_single_answer(open_round: Round, citizen: Person, http: httpx.Client):
    headers = token_of(citizen)
    bodies: list[dict[str, Any]] = []
    for choice in (1, 2):
        uuid = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers).json()["uuid"]
        answers = {"answers": [{"item": item, "choice": [choice], "seq": item} for item in (1, 2, 3)]}
        http.post(f"/api/attempts/{uuid}/answers", json=answers, headers=headers)
        http.post(f"/api/attempts/{uuid}/submit", json={}, headers=headers)
        bodies.append(http.get(f"/api/attempts/{uuid}/result", headers=headers).json())

    assert [(one["keys_released"], one["items"]) for one in bodies] == [(False, None)] * 2
    third = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers)
    assert (third.status_code, third.json()["code"]) == (409, "attempt_limit")


def test_38_keys_stay_hidden_as_long_as_an_answer_could_count(open_round: Round, citizen: Person):
    """Who has ended one attempt must not learn keys for the seconds in which another one is still counted."""
    attempt = start_attempt(person=citizen, round=open_round, now=clock.now())[0]
    browser = browser_of(citizen)
    browser.post(f"/api/attempts/{attempt.uuid}/submit", {}, content_type="application/json")

    def seen(at: datetime) -> Any:
        with time_machine.travel(at, tick=False):
            return browser.get(f"/api/attempts/{attempt.uuid}/result").json()["items"]

    assert seen(open_round.closes_at) is None
    assert seen(open_round.closes_at + GRACE) is None
    assert len(seen(open_round.closes_at + GRACE + timedelta(milliseconds=1))) == 3


@pytest.mark.parametrize(
    "query", ["ordering=is_correct", "is_correct=true", "correct_count=3", "key=1", "expand=items"]
)
def test_39_boards_and_banks_take_no_filter_on_keys(open_round: Round, query: str):
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))
    addresses = [
        f"/api/rounds/{open_round.uuid}/standings",
        f"/api/rounds/{open_round.uuid}/participation",
        f"/api/contests/{open_round.contest.key}/participation",
        "/api/staff/questions",
        "/api/documents",
        "/api/units",
    ]

    answers = [organizer.get(f"{one}?{query}") for one in addresses]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(400, "unknown_field")] * len(addresses)


def test_40_thirty_answers_in_a_second_are_stored_and_flagged_and_void_nothing(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, open_round: Round
):
    """Fast is not forbidden: a human may look, and the attempt goes on as any other."""
    socket = open_socket(open_attempt.uuid, session=sign_in(citizen))
    socket.read()

    # In one piece: however busy the machine, they arrive in the same second.
    answers = [f'{{"t":"answer","item":{1 + seq % 3},"choice":[{1 + seq % 4}],"seq":{seq}}}' for seq in range(1, 31)]
    frames = [Frame(Opcode.TEXT, answer.encode()).serialize(mask=True) for answer in answers]
    socket.connection.socket.sendall(b"".join(frames))
    replies = [socket.read() for _ in range(30)]

    assert {one["t"] for one in replies} == {"saved"}
    assert sorted(Answer.objects.values_list("item", "seq")) == [(1, 30), (2, 28), (3, 29)]
    assert Attempt.objects.get().state == "open"
    wait_for(Flag.objects.exists)
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))
    listed = organizer.get(f"/api/staff/rounds/{open_round.uuid}/flags").json()
    assert [(one["attempt"], one["kind"], one["times"], one["state"]) for one in listed["flags"]] == [
        (str(open_attempt.uuid), "haste", 1, "open")
    ]


def test_40_thirty_answers_at_once_without_a_socket_are_stored_and_flagged(
    open_attempt: Attempt, citizen: Person, http: httpx.Client
):
    answers = [{"item": 1 + seq % 3, "choice": [1 + seq % 4], "seq": seq} for seq in range(1, 31)]

    told = http.post(f"/api/attempts/{open_attempt.uuid}/answers", json={"answers": answers}, headers=token_of(citizen))

    assert (told.status_code, told.json()["refused"]) == (200, [])
    assert list(Flag.objects.values_list("attempt_id", "kind")) == [(open_attempt.pk, "haste")]


def test_40_a_whole_paper_after_a_tunnel_is_no_haste(open_attempt: Attempt, citizen: Person, http: httpx.Client):
    journal = {"answers": [{"item": item, "choice": [1], "seq": item} for item in (1, 2, 3)]}

    for _ in range(20):
        http.post(f"/api/attempts/{open_attempt.uuid}/answers", json=journal, headers=token_of(citizen))

    assert not Flag.objects.exists()


def test_43_attempts_cannot_be_counted_or_guessed(open_round: Round):
    """Nothing a citizen sees carries a row's number; addresses are random (version 4)."""
    attempts = [
        start_attempt(person=make_person(territory=make_unit()), round=open_round, now=clock.now())[0] for _ in range(3)
    ]
    body = browser_of(attempts[0].person).get(f"/api/attempts/{attempts[0].uuid}").json()

    assert {one.uuid.version for one in attempts} == {4}
    assert "id" not in body
    assert {str(one.seed) for one in attempts} & set(str(body).replace("'", " ").replace(",", " ").split()) == set()


def test_predictions_of_others_stay_hidden_while_one_may_still_predict():
    round_ = make_contest(now=clock.now()).rounds.get()
    record(person=make_person(name="Lê Thị Hoa"), round=round_, correct=2, prediction=424242)

    for person in (None, make_person(), make_person(roles=[Role.BOARD])):
        assert "424242" not in browser_of(person).get(f"/api/rounds/{round_.uuid}/standings").content.decode()
