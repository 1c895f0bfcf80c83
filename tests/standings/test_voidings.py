"""The organizers' addresses for voidings, and what the person whose attempt it is gets to read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.contests.models import Round
from backend.core.rules.prizes import Prize
from backend.infra import clock
from tests.factories import make_contest, make_person, make_unit
from tests.results.sitting import assert_exact, pool_of, sit
from tests.results.voiding import REASON, ask_to_void, void

pytestmark = pytest.mark.django_db
PRIZES = (Prize("Giải Nhất"), Prize("Phường đông nhất", to="unit", by="people", place=1))
BASE = "/api/staff/contests/hoi-thi/voidings"


@pytest.fixture
def one() -> Round:
    contest = make_contest(
        key="hoi-thi", question_count=3, pool_size=3, now=clock.now(), rules={"attempts_per_round": 3, "prizes": PRIZES}
    )
    return contest.rounds.get()


def client_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def organizer(name: str = "Nguyễn Biên Tập") -> Person:
    return make_person(name=name, roles=[Role.ORGANIZER])


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(f"{BASE}{address}", body or {}, content_type="application/json")


def test_from_the_receipt_to_the_notice_and_back(one):
    wrong, ward = pool_of(one.contest)[0], make_unit(name="Phường Ba Đình")
    hoa = make_person(name="Lê Thị Hoa", territory=ward)
    at = clock.now()
    best = sit(one, hoa, at=at)
    second = sit(one, hoa, choices={wrong.pk: {4}}, at=at + timedelta(minutes=2))
    mine, theirs, citizen = client_of(organizer()), client_of(organizer("Trần Thẩm Định")), client_of(hoa)
    typed = best.receipt.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    found = post(mine, "/lookup", {"receipt": typed})
    made = post(mine, "", {"attempts": [str(best.uuid)], "reason": REASON})
    uuid = made.json()["uuid"]
    own = post(mine, f"/{uuid}/approve")
    approved = post(theirs, f"/{uuid}/approve", {"reason": "Đã đối chiếu nhật ký"})
    told = citizen.get(f"/api/attempts/{best.uuid}/result").json()
    others = citizen.get(f"/api/attempts/{second.uuid}/result").json()
    asked = post(theirs, f"/{uuid}/ask-back", {"reason": "Nhầm người"})
    back = post(mine, f"/{uuid}/reinstate")

    first = {"prizes": ["Giải Nhất"], "is_undecided": False, "may_be_none": False, "tied": 1}
    stake = {"prize": first, "unit_prizes": ["Phường đông nhất"]}

    def line(attempt, correct, **fields):
        return {
            "uuid": str(attempt.uuid), "round_title": "Đợt 1", "number": attempt.number, "state": "submitted",
            "used_ms": 90_000, "correct_count": correct, "item_count": 3, "is_voided": False, "voiding": None,
            "is_line": False, "next": None, "is_only": False, **fields,
        }  # fmt: skip

    body = found.json()
    times = [datetime.fromisoformat(attempt.pop("submitted_at")) for attempt in body["attempts"]]
    assert times == [best.submitted_at, second.submitted_at]
    assert body == {
        "asked_for": str(best.uuid),
        "person": {"name": "L. T. Hoa", "unit_name": "Phường Ba Đình"},
        "attempts": [
            line(best, 3, is_line=True, next={"correct_count": 2, "item_count": 3}, **stake),
            line(second, 2, **stake),
        ],
    }
    assert (made.status_code, made.json()["state"], made.json()["reason"]) == (201, "proposed", REASON)
    assert (own.status_code, own.json()["code"]) == (403, "own_voiding")
    assert (approved.json()["state"], approved.json()["approver"]) == ("in_force", "Trần Thẩm Định")
    assert approved.json()["can"] == {
        "approve": False, "withdraw": False, "ask_back": True, "reinstate": False, "keep": False,
    }  # fmt: skip
    assert approved.json()["attempts"][0]["is_voided"] is True
    assert (told["voided"]["reason"], told["ranks"]["round"], told["correct_count"]) == (REASON, None, 3)
    assert (others["voided"], others["ranks"]["round"]) == (None, {"rank": 1, "of": 1})
    assert (asked.json()["state"], asked.json()["can"]["reinstate"], back.json()["state"]) == (
        "lifting",
        False,
        "lifted",
    )
    assert [(step["move"], step["actor"], step["reason"]) for step in back.json()["steps"]] == [
        ("propose", "Nguyễn Biên Tập", REASON),
        ("approve", "Trần Thẩm Định", "Đã đối chiếu nhật ký"),
        ("ask_back", "Trần Thẩm Định", "Nhầm người"),
        ("reinstate", "Nguyễn Biên Tập", ""),
    ]
    assert citizen.get(f"/api/attempts/{best.uuid}/result").json()["voided"] is None
    assert {answer["Cache-Control"] for answer in (found, made, own, approved)} == {"no-store"}
    assert_exact()


def test_nobody_else_learns_of_a_voiding(one):
    hoa = make_person(name="Lê Thị Hoa", territory=make_unit())
    attempt = sit(one, hoa, at=clock.now())
    voiding = void(attempt)
    other = make_person(name="Người Khác", territory=make_unit())
    paths = [BASE, f"{BASE}/{voiding.uuid}", "/api/staff/contests/hoi-thi/audit", "/api/staff/contests/hoi-thi/boards"]
    public = ["/api/contests/hoi-thi", f"/api/rounds/{one.uuid}/standings", f"/api/rounds/{one.uuid}/participation"]

    for person, status in ((None, 401), (other, 403), (make_person(roles=[Role.BOARD]), 403)):
        client = client_of(person)
        refused = [client.get(path) for path in paths] + [post(client, "/lookup", {"receipt": attempt.receipt})]
        assert [answer.status_code for answer in refused] == [status] * len(refused)
        text = "".join(answer.content.decode() for answer in [*refused, *(client.get(path) for path in public)])
        assert [word for word in (REASON, str(voiding.uuid), str(attempt.uuid), "Hoa") if word in text] == []
    own = client_of(hoa).get(f"/api/attempts/{attempt.uuid}/result").content.decode()
    assert REASON in own
    assert str(voiding.uuid) not in own


def test_names_stay_masked_at_the_desk_and_foreign_attempts_are_not_found(one):
    client = client_of(organizer())
    attempt = sit(one, make_person(name="Lê Thị Hoa", territory=make_unit()), at=clock.now())
    elsewhere = sit(make_contest(now=clock.now()).rounds.get(), make_person(territory=make_unit()), at=clock.now())
    voiding = void(attempt)
    abroad = void(elsewhere)

    shown = [client.get(BASE), client.get(f"{BASE}/{voiding.uuid}"), post(client, "/lookup", {"attempt": attempt.uuid})]
    missing = [
        post(client, "/lookup", {"receipt": elsewhere.receipt}),
        post(client, "/lookup", {"attempt": str(elsewhere.uuid)}),
        post(client, "", {"attempts": [str(attempt.uuid), str(elsewhere.uuid)], "reason": "x"}),
        client.get(f"{BASE}/{abroad.uuid}"),
        *(post(client, f"/{abroad.uuid}/{step}") for step in ("approve", "withdraw", "ask-back", "reinstate", "keep")),
    ]

    assert [answer.status_code for answer in shown] == [200] * 3
    assert ["Lê Thị Hoa" in answer.content.decode() for answer in shown] == [False] * 3
    assert [answer.status_code for answer in missing] == [404] * len(missing)


@pytest.mark.parametrize("body", [{}, {"receipt": "A", "attempt": "0b2f0000-0000-4000-8000-000000000000"}])
def test_a_look_up_names_exactly_one_thing(one, body):
    answer = post(client_of(organizer()), "/lookup", body)

    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (
        400,
        "invalid_input",
        ["receipt"],
    )


def test_an_attempt_is_in_one_voiding_at_a_time(one):
    attempt = sit(one, make_person(territory=make_unit()), at=clock.now())
    voiding = ask_to_void(attempt)
    client = client_of(organizer())

    answer = post(client, "", {"attempts": [str(attempt.uuid)], "reason": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "attempt_in_voiding")
    found = post(client, "/lookup", {"receipt": attempt.receipt}).json()["attempts"][0]
    assert (found["voiding"], found["is_voided"], found["is_only"]) == (str(voiding.uuid), False, True)


@pytest.mark.parametrize("count", [1, 4])
def test_a_page_of_voidings_takes_the_same_queries_for_any_number(one, count, django_assert_max_num_queries):
    for _ in range(count):
        void(sit(one, make_person(territory=make_unit()), at=clock.now()))
    client = client_of(organizer())

    with django_assert_max_num_queries(16):
        assert len(client.get(BASE).json()["results"]) == count


def test_pages_of_voidings_and_of_the_audit_hold_everything_once(one, monkeypatch):
    monkeypatch.setattr("backend.standings.voidings.PAGE", 2)
    made = [void(sit(one, make_person(territory=make_unit()), at=clock.now())) for _ in range(5)]
    client = client_of(organizer())

    def pages(address: str, **query: Any) -> list[dict[str, Any]]:
        found, after = [], None
        while True:
            body = client.get(address, {**query, **({"after": after} if after else {})}).json()
            found.append(body["results"])
            after = body["next"]
            if after is None:
                return found

    voidings = pages(BASE)
    audit = pages("/api/staff/contests/hoi-thi/audit", limit=3)
    assert [len(page) for page in voidings] == [2, 2, 1]
    assert [one["uuid"] for page in voidings for one in page] == [str(one.uuid) for one in reversed(made)]
    steps = [step for page in audit for step in page]
    assert ([len(page) for page in audit], len({(step["subject"], step["move"]) for step in steps})) == (
        [3, 3, 3, 1],
        10,
    )
    assert [step["at"] for step in steps] == sorted((step["at"] for step in steps), reverse=True)
