"""Attack 95: after an erasure nothing tells who it was, and not one number has moved."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.accounts.services import erase_person, erase_withdrawn, forget_stray_sessions, withdraw_consent
from backend.attempts.models import Answer, Attempt, DeviceStart
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.core.errors import UserError
from backend.core.text import ERASED_NAME
from backend.infra import clock, keys, valkey
from backend.participation.services import Drained, drain_all
from backend.questions.models import QuestionVersion
from backend.results.models import EssayMark
from backend.results.services import approve_voiding
from backend.standings import services
from backend.standings.boards import Asked, read_board
from backend.standings.models import EditionLine
from backend.standings.publishing import keep, publish
from backend.standings.topics import build_tick, parse_topic
from tests.attacks.dumping import dump, dump_of_valkey
from tests.attacks.serving import Live
from tests.attempts.serving import sign_in
from tests.factories import NOON, make_contest, make_person, make_question, make_unit
from tests.results.sitting import apply, assert_exact, compute, correct, pool_of, propose, sit
from tests.results.voiding import ask_to_void, void

EMAIL = "canary.of.an.address@example.test"
NAME, MASKED = "Chim Hoàng Canaria", "C. H. Canaria"
PASSWORD = "canary-of-a-password-42"
AGENT, ADDRESS = "canary-of-a-browser", "203.0.113.77"
LATER = NOON + timedelta(days=10)
NUMBER, BORN_ON = "001190000007", "1990-02-27"
ESSAY = "Nhà tôi ở cạnh đình Canaria, mẹ tôi tên là Hoàng"
REMARK, REPLACED = "Người viết hẳn là chị bán hoa ở chợ Mơ", "Đọc lại: giọng của cô giáo làng Vòng"
CANARIES = {EMAIL, NAME, MASKED, "Canaria", AGENT, ADDRESS, BORN_ON, ESSAY, REMARK, REPLACED}


def in_words(attempt: Attempt, kind: str, text: str) -> Answer:
    """Close the paper of an attempt with a question in words, and answer it."""
    model = make_question()
    version = QuestionVersion.objects.create(
        question=make_question().question,
        number=2,
        kind=kind,
        topic=model.topic,
        difficulty=1,
        stem="Câu hỏi?",
        options=[],
        key=[],
        valid_as_of=date(2026, 11, 1),
        content_hash="0" * 64,
    )
    attempt.paper = [*attempt.paper, [version.pk, []]]
    attempt.save(update_fields=["paper"])
    return Answer.objects.create(
        attempt=attempt,
        round_id=attempt.round_id,
        item=len(attempt.paper),
        seq=9,
        choice=[],
        text=text,
        received_at=NOON,
    )


def found(text: str) -> set[str]:
    return {one for one in CANARIES if one in text}


@pytest.mark.django_db(transaction=True)
def test_95_after_an_erasure_no_table_no_cache_and_no_log_tells_who_it_was(live: Live, http: httpx.Client):
    one = make_contest(now=clock.now(), rules={"identity": "number", "minimum_age": 18}).rounds.get()
    ward, office = make_unit(), make_unit(facet="workplace")
    bystander = make_person(name="Trần Thị Ở Lại", territory=ward)
    began = len(live.printed())
    headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS}
    body = {"email": EMAIL, "password": PASSWORD, "display_name": NAME, "consent": True, "consent_version": "2026-11"}
    signed_up = http.post("/_allauth/app/v1/auth/signup", json=body, headers=headers).json()
    token = {**headers, "X-Session-Token": signed_up["meta"]["session_token"]}
    told = {"territory": str(ward.uuid), "workplace": str(office.uuid), "born_on": BORN_ON}
    assert http.patch("/api/me", json=told, headers=token).status_code == 200
    assert http.put("/api/me/identity", json={"number": NUMBER}, headers=token).status_code == 200
    attempt = http.post(f"/api/rounds/{one.uuid}/attempts", headers=token).json()["uuid"]
    assert http.post(f"/api/attempts/{attempt}/submit", json={}, headers=token).status_code == 200
    person = Person.objects.get(email=EMAIL)
    stray = sign_in(person)  # a session that allauth's own list does not know
    taken = Attempt.objects.get(uuid=attempt)
    written = in_words(taken, "essay", ESSAY)
    for remark, replaced_at in ((REPLACED, NOON), (REMARK, None)):
        EssayMark.objects.create(
            contest_id=taken.contest_id, attempt=taken, item=written.item, turn=1, marker=bystander, points=840,
            remark=remark, at=NOON, replaced_at=replaced_at,
        )  # fmt: skip
    DeviceStart.objects.create(round=one, device=b"d" * 16, person=person)
    drain_all()
    for name in (keys.round_topic(one.uuid), keys.unit_topic(one.uuid, ward.uuid)):
        topic = parse_topic(name)
        assert topic is not None
        tick = build_tick(topic, now=clock.now())
        assert tick is not None
        keep(tick)
    # The proof of the search: in what holds them, all are found.
    assert found(dump()) == CANARIES - {MASKED, ADDRESS}
    assert MASKED in dump_of_valkey()
    digest = Person.objects.get(pk=person.pk).identity.digest.hex()  # type: ignore[attr-defined]  # bytes, once read
    sealed_in = dump()
    assert digest in sealed_in

    withdraw_consent(person=person, at=clock.now())
    erased = erase_withdrawn(now=clock.now(), after=timedelta(0))

    left = dump()
    assert erased == 1
    assert found(left) == found(dump_of_valkey()) == found(live.printed()[began:]) == set()
    assert [one for one in (digest, NUMBER, stray, person.password) if one in left] == []
    assert "Trần Thị Ở Lại" in left
    assert bystander.email in left
    assert http.get("/api/me", headers=token).status_code == 401
    assert http.post("/_allauth/app/v1/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 400
    board = http.get(f"/api/rounds/{one.uuid}/standings").json()
    assert [line["name"] for line in board["results"]] == [ERASED_NAME]
    # The address is free: who comes back is somebody new.
    assert http.post("/_allauth/app/v1/auth/signup", json=body, headers=headers).status_code == 200


def counted() -> dict[str, list[Any]]:
    """All that is counted, standing or published, row by row."""
    tables = (
        "attempts_attempt", "results_result", "results_voiding", "results_voidedattempt", "standings_standing",
        "standings_edition", "standings_editionline", "standings_editioncount", "standings_boardstate",
        "participation_counter", "participation_participant", "participation_contestparticipant",
    )  # fmt: skip
    rows: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
            rows[table] = cursor.fetchall()
    return rows


def shown(one: Round) -> dict[str, Any]:
    """What the public reads of a round, without who leads it under which name."""
    board = read_board(one, asked=Asked(limit=50), person=None, now=LATER)
    told = {name: board[name] for name in ("totals", "results", "frozen", "final", "edition", "editions", "corrected")}
    told["names"] = [line.pop("name") for line in told["results"]]
    return told


@pytest.mark.django_db
def test_95_every_count_standing_and_published_edition_is_the_same_to_the_last_number():
    contest = make_contest(question_count=3, pool_size=3, rules={"attempts_per_round": 3}, rounds=2)
    one, other = contest.rounds.select_related("contest").order_by("number")
    wrong, ward, office = pool_of(contest)[0], make_unit(), make_unit(facet="workplace")
    leaving, staying, void_one = (
        make_person(name=name, territory=ward, workplace=office)
        for name in ("Chim Hoàng Canaria", "Lê Thị Hoa", "Phạm Văn Canaria")
    )
    sit(one, leaving, choices={wrong.pk: {4}})
    sit(one, leaving, at=NOON + timedelta(minutes=5))
    sit(one, staying, choices={wrong.pk: {4}}, at=NOON + timedelta(minutes=9))
    sit(other, leaving, at=NOON + timedelta(weeks=1))
    void(sit(one, void_one))
    frozen = services.freeze_standings(of=one, actor=make_person(), now=NOON)
    sit(one, staying, at=NOON + timedelta(minutes=20))
    services.propose_publication(of=other, actor=make_person(), now=LATER)
    published = services.confirm_publication(of=other, actor=make_person(), now=LATER)
    drain_all()
    before, boards = counted(), {each: shown(each) for each in (one, other)}

    for person in (leaving, void_one):
        erase_person(person_id=person.pk, at=NOON, by=staying, reason="theo đơn")

    after = counted()
    assert [table for table, rows in before.items() if not rows] == []
    assert after == before
    assert [board["names"] for board in boards.values()] == [["C. H. Canaria", "L. T. Hoa"], ["C. H. Canaria"]]
    for each, names in ((one, [ERASED_NAME, "L. T. Hoa"]), (other, [ERASED_NAME])):
        assert shown(each) == {**boards[each], "names": names}
    assert (boards[one]["frozen"], boards[other]["final"]) == (True, True)
    assert_exact()
    # What a regrade needs is still there: the keys change, and everybody's results with them.
    apply(compute(propose(contest, correct(wrong, 4))))
    assert_exact()
    for edition in (frozen, published):
        assert EditionLine.objects.filter(edition=edition, person=leaving).count() == 1


@pytest.mark.django_db
def test_95_essays_are_blanked_and_short_texts_stay_for_a_regrade():
    one = make_contest(rules={"attempts_per_round": 3}).rounds.select_related("contest").get()
    person, other = (make_person(territory=make_unit()) for _ in range(2))
    mine, theirs = sit(one, person), sit(one, other)
    kept = [in_words(mine, "short_text", "Ba Đình"), in_words(theirs, "essay", "Bài của người khác")]
    essay = in_words(mine, "essay", ESSAY)
    chosen = list(Answer.objects.filter(text=None).order_by("pk").values_list("pk", "attempt_id", "item", "choice"))

    erase_person(person_id=person.pk, at=NOON)

    for answer in (*kept, essay):
        answer.refresh_from_db()
    assert [answer.text for answer in (*kept, essay)] == ["Ba Đình", "Bài của người khác", ""]
    left = Answer.objects.filter(text=None).order_by("pk").values_list("pk", "attempt_id", "item", "choice")
    assert list(left) == chosen


@pytest.mark.django_db
def test_95_why_somebody_was_voided_is_kept_and_shown_to_nobody(client: Client):
    contest = make_contest(key="hoi-thi", rules={"attempts_per_round": 3})
    one = contest.rounds.select_related("contest").get()
    person, other = (make_person(name=name, territory=make_unit()) for name in (NAME, "Lê Thị Hoa"))
    attempts = [sit(one, each) for each in (person, other)]
    services.propose_publication(of=one, actor=make_person(), now=NOON + timedelta(days=2))
    services.confirm_publication(of=one, actor=make_person(), now=NOON + timedelta(days=2))
    theirs, others = (
        approve_voiding(
            voiding=ask_to_void(attempt, reason=reason),
            actor=make_person(),
            now=NOON + timedelta(days=days),
            reason=more,
        )
        for days, attempt, reason, more in (
            (3, attempts[0], f"{NAME} nhờ người thi hộ", "Bà Canaria đã nhận"),
            (4, attempts[1], "Thi hộ nhiều tài khoản", "Đã đối chiếu"),
        )
    )
    client.force_login(make_person(roles=[Role.ORGANIZER]), backend=settings.AUTHENTICATION_BACKENDS[0])
    read = [f"/api/staff/contests/hoi-thi/{part}" for part in ("voidings", "audit")]
    before = "".join(client.get(address).content.decode() for address in read)

    erase_person(person_id=person.pk, at=NOON + timedelta(days=5))

    after = "".join(client.get(address).content.decode() for address in read)
    words = (f"{NAME} nhờ người thi hộ", "Bà Canaria đã nhận", "Thi hộ nhiều tài khoản", "Đã đối chiếu")
    assert [one in before for one in words] == [True] * 4
    assert [one in after for one in words] == [False, False, True, True]
    assert "Canaria" not in after
    for voiding in (theirs, others):
        voiding.refresh_from_db()
    assert (theirs.reason, others.reason) == (words[0], words[2])


@pytest.mark.django_db
def test_95_a_state_in_valkey_goes_though_nobody_watches_it(django_capture_on_commit_callbacks: Any):
    one = make_contest().rounds.select_related("contest").get()
    ward = make_unit()
    person = make_person(name=NAME, territory=ward)
    sit(one, person)
    drain_all()
    valkey.client().set(keys.snapshot(keys.unit_topic(one.uuid, ward.uuid)), json.dumps({"top": [{"name": MASKED}]}))

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person_id=person.pk, at=NOON)

    assert MASKED not in dump_of_valkey()


@pytest.mark.django_db
def test_95_sessions_of_others_stay():
    person, other = make_person(), make_person()
    gone, kept = sign_in(person), sign_in(other)

    erase_person(person_id=person.pk, at=NOON)
    forget_stray_sessions(now=clock.now())

    left = dump()
    assert (gone in left, kept in left) == (False, True)


@pytest.mark.django_db
def test_96_after_a_withdrawal_no_address_stores_anything_more_of_the_person(client: Client):
    one = make_contest(now=clock.now(), rules={"identity": "number", "minimum_age": 18}).rounds.get()
    person = make_person(name="Nguyễn Văn An", territory=make_unit())
    withdraw_consent(person=person, at=clock.now())
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    before = dump()

    refused = [
        client.patch("/api/me", {"display_name": NAME}, content_type="application/json"),
        client.patch("/api/me", {"born_on": BORN_ON}, content_type="application/json"),
        client.put("/api/me/identity", {"number": NUMBER}, content_type="application/json"),
        client.post(f"/api/rounds/{one.uuid}/attempts", {}, content_type="application/json"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [
        (403, "consent_withdrawn"),
        (403, "consent_withdrawn"),
        (403, "consent_required"),
        (403, "consent_required"),
    ]
    assert dump() == before


@pytest.mark.django_db(transaction=True)
def test_95_a_state_built_before_the_erasure_is_not_kept_after_it():
    """A reader has read the name, the erasure deletes what is kept, and only then does the reader keep it."""
    one = make_contest(now=clock.now()).rounds.select_related("contest").get()
    person = make_person(name=NAME, territory=make_unit())
    sit(one, person, at=clock.now())
    drain_all()
    topic = parse_topic(keys.round_topic(one.uuid))
    assert topic is not None
    before = build_tick(topic, now=clock.now())
    assert before is not None
    assert [line["name"] for line in before.data["top"]] == [MASKED]

    erase_person(person_id=person.pk, at=clock.now())
    # Somebody else's attempt ends, and nobody watches.
    publish(Drained(units_by_round={one.pk: set()}), now=clock.now())
    keep(before)

    assert valkey.get(keys.snapshot(topic.name)) is None
    after = build_tick(topic, now=clock.now())
    assert after is not None
    keep(after)
    kept = json.loads(valkey.get(keys.snapshot(topic.name)) or b"{}")
    assert [line["name"] for line in kept["data"]["top"]] == [ERASED_NAME]


@pytest.mark.django_db(transaction=True)
def test_95_who_watches_a_board_is_told_of_the_neutral_name():
    one = make_contest(now=clock.now()).rounds.select_related("contest").get()
    person = make_person(name=NAME, territory=make_unit())
    sit(one, person, at=clock.now())
    name = keys.round_topic(one.uuid)
    valkey.client().zadd(keys.WATCHED, {name: clock.now().timestamp()})
    publish(drain_all(), now=clock.now())
    before = json.loads(valkey.client().get(keys.snapshot(name)) or b"{}")

    erase_person(person_id=person.pk, at=clock.now())
    forgotten = valkey.client().get(keys.snapshot(name))
    told = publish(Drained(), now=clock.now())

    after = json.loads(valkey.client().get(keys.snapshot(name)) or b"{}")
    assert [line["name"] for line in before["data"]["top"]] == [MASKED]
    assert (forgotten, told) == (None, 1)
    assert [line["name"] for line in after["data"]["top"]] == [ERASED_NAME]
    assert (after["epoch"], after["version"] > before["version"]) == (before["epoch"], True)
    assert {**after["data"], "top": None} == {**before["data"], "top": None}


@pytest.mark.django_db(transaction=True)
def test_95_beside_a_start_either_the_attempt_begins_or_the_person_is_erased():
    one = make_contest(now=clock.now()).rounds.select_related("contest").get()
    people = [make_person(territory=make_unit()) for _ in range(6)]

    def start(person: Person) -> str:
        return outcome(lambda: start_attempt(person=person, round=one, now=clock.now()))

    def erase(person: Person) -> str:
        return outcome(lambda: erase_person(person_id=person.pk, at=clock.now()))

    with ThreadPoolExecutor(4) as pool:
        told = [(pool.submit(start, person), pool.submit(erase, person)) for person in people]
        outcomes = [(begun.result(), gone.result()) for begun, gone in told]

    assert set(outcomes) <= {("done", "attempt_still_running"), ("consent_required", "done")}
    begun = {person.pk for person, (started, _) in zip(people, outcomes, strict=True) if started == "done"}
    assert set(Attempt.objects.values_list("person_id", flat=True)) == begun
    assert set(Person.objects.filter(erased_at=None).values_list("pk", flat=True)) == begun


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except UserError as refusal:
        return refusal.code
    finally:
        connection.close()
    return "done"
