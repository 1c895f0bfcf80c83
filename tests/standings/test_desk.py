"""The organizers' switches for boards over HTTP, and the audit that tells of everything done."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.contests.models import Round
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose, sit
from tests.results.voiding import REASON, void

pytestmark = pytest.mark.django_db
BASE = "/api/staff/contests/hoi-thi"
AFTER = NOON + timedelta(days=2)
NO = {"freeze": False, "unfreeze": False, "propose": False, "withdraw": False, "confirm": False}


@pytest.fixture
def one() -> Round:
    return make_contest(key="hoi-thi", question_count=3, pool_size=3).rounds.get()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def organizer(name: str = "Nguyễn Biên Tập") -> Person:
    return make_person(name=name, roles=[Role.ORGANIZER])


def test_freeze_unfreeze_and_final_publication(one):
    sit(one, make_person(territory=make_unit()))
    mine, theirs = client_of(organizer()), client_of(organizer("Trần Thẩm Định"))

    def act(client: Client, step: str, reason: str = "") -> Any:
        body = {"reason": reason}
        answer = client.post(f"{BASE}/boards/{one.uuid}/{step}", body, content_type="application/json")
        assert answer["Cache-Control"] == "no-store"
        return answer.json()["results"][0] if answer.status_code == 200 else answer.json()["code"]

    with time_machine.travel(NOON, tick=False):
        first = mine.get(f"{BASE}/boards").json()["results"]
        frozen = act(mine, "freeze", "Chờ lễ trao giải")
        twice, early = act(theirs, "freeze"), act(theirs, "propose")
        opened = act(theirs, "unfreeze")
    with time_machine.travel(AFTER, tick=False):
        proposed = act(mine, "propose")
        own, seen_by_second = act(mine, "confirm"), theirs.get(f"{BASE}/boards").json()["results"][0]["can"]
        withdrawn = act(theirs, "withdraw", "Chờ đối chiếu")
        act(mine, "propose")
        published = act(theirs, "confirm")
        late = act(mine, "freeze")

    at = "2026-11-18T12:00:00+07:00"
    assert first == [
        {
            "round": str(one.uuid), "number": 1, "title": "Đợt 1", "state": "open", "is_over": False, "frozen_at": None,
            "is_preparing": False, "publication": None, "editions": [], "can": {**NO, "freeze": True},
        }
    ]  # fmt: skip
    assert frozen == {**first[0], "frozen_at": at, "can": {**NO, "unfreeze": True}}
    assert (twice, early, opened) == ("board_frozen", "round_not_over", first[0])
    assert (proposed["publication"]["author"], proposed["can"]) == (
        "Nguyễn Biên Tập",
        {**NO, "freeze": True, "withdraw": True},
    )
    assert (own, seen_by_second["confirm"], withdrawn["publication"]) == ("own_publication", True, None)
    after = "2026-11-20T12:00:00+07:00"
    assert published == {
        **first[0], "state": "closed", "is_over": True, "can": NO,
        "publication": {"state": "published", "author": "Nguyễn Biên Tập", "approver": "Trần Thẩm Định",
                        "created_at": after, "published_at": after},
        "editions": [{"number": 1, "published_at": after}],
    }  # fmt: skip
    assert late == "board_published"


def test_the_audit_tells_of_everything_newest_first(one):
    wrong = pool_of(one.contest)[0]
    attempt = sit(one, make_person(name="Lê Thị Hoa", territory=make_unit()))
    client = client_of(organizer())
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        client.post(f"{BASE}/boards/{one.uuid}/freeze", {"reason": "Giữ bảng"}, content_type="application/json")
    regrade = apply(compute(propose(one.contest, correct(wrong, 4), author=organizer("Phạm Đáp Án"))))
    voiding = void(attempt)
    elsewhere = make_contest()
    propose(elsewhere, correct(pool_of(elsewhere)[0], 4))

    steps = client.get(f"{BASE}/audit").json()["results"]

    assert steps[0] == {
        "at": "2026-11-18T12:01:00+07:00", "kind": "board", "move": "freeze", "actor": "Nguyễn Biên Tập",
        "reason": "Giữ bảng", "subject": str(one.uuid), "round_number": 1,
        "is_marks": False,
    }  # fmt: skip
    assert [(step["kind"], step["move"], step["reason"]) for step in steps[1:]] == [
        ("voiding", "approve", ""),
        ("voiding", "propose", REASON),
        ("regrade", "apply", ""),
        ("regrade", "approve", ""),
        ("regrade", "finish", ""),
        ("regrade", "compute", ""),
        ("regrade", "create", "Đáp án sai"),
    ]
    assert {step["subject"] for step in steps} == {str(one.uuid), str(regrade.uuid), str(voiding.uuid)}
    assert steps[-1]["actor"] == "Phạm Đáp Án"
    assert [step for step in steps if step["is_marks"]] == []
    assert "Hoa" not in str(steps)
    refused = client.get(f"{BASE}/audit", {"after": "x"})
    assert (refused.status_code, refused.json()["code"]) == (400, "cursor_refused")


def test_the_boards_of_another_contest_are_not_found(one):
    other = make_contest().rounds.get()
    client = client_of(organizer())

    answers = [
        client.post(f"{BASE}/boards/{other.uuid}/{step}", {}, content_type="application/json")
        for step in ("freeze", "unfreeze", "propose", "withdraw", "confirm")
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


@pytest.mark.parametrize("count", [1, 3])
def test_the_audit_takes_the_same_queries_for_any_number(one, count, django_assert_num_queries):
    for _ in range(count):
        void(sit(one, make_person(territory=make_unit())))
    client = client_of(organizer())

    with django_assert_num_queries(7):
        assert len(client.get(f"{BASE}/audit").json()["results"]) == 2 * count
