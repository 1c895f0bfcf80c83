"""Members of teams that the rules keep out: put down, looked up at every start, taken off, and never deleted."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt, starting
from backend.contests.errors import MemberListed, MemberUnknown, PersonExcluded, TeamUnknown
from backend.contests.models import Contest, TeamMember
from backend.contests.teams import list_members, put_down, take_off
from backend.core.errors import NotFound
from backend.infra import clock
from tests.attacks.conftest import browser_of
from tests.factories import NOON, make_contest, make_person, make_unit

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def contest(db: None) -> Contest:
    return make_contest(rules={"excluded": ("expert_team", "secretaries")})


@pytest.fixture
def organizer(db: None) -> Person:
    return make_person(roles=[Role.ORGANIZER], name="Đỗ Thị Thu")


@pytest.fixture
def expert(db: None) -> Person:
    return make_person(name="Trần Văn Sơn", territory=make_unit())


def listed(contest: Contest, person: Person, by: Person) -> TeamMember:
    return put_down(contest=contest, team="expert_team", email=person.email, by=by, now=NOON)


def test_whoever_is_put_down_cannot_start_and_others_can(contest: Contest, organizer: Person, expert: Person) -> None:
    one, neighbour = contest.rounds.get(), make_person(territory=make_unit())
    listed(contest, expert, organizer)

    with pytest.raises(PersonExcluded) as refused:
        start_attempt(person=expert, round=one, now=LATER)
    start_attempt(person=neighbour, round=one, now=LATER)
    start_attempt(person=expert, round=make_contest(rules={"excluded": ("expert_team",)}).rounds.get(), now=LATER)

    assert refused.value.sentence() == "Thể lệ không cho thành viên Tổ Chuyên gia, Tổ Thư ký dự thi."
    assert list(Attempt.objects.filter(contest=contest).values_list("person_id", flat=True)) == [neighbour.pk]


def test_whoever_is_taken_off_takes_part_and_the_row_tells_of_it(
    contest: Contest, organizer: Person, expert: Person
) -> None:
    row = listed(contest, expert, organizer)

    take_off(contest=contest, uuid=row.uuid, by=organizer, now=LATER)
    take_off(contest=contest, uuid=row.uuid, by=expert, now=LATER + timedelta(hours=1))

    start_attempt(person=expert, round=contest.rounds.get(), now=LATER)
    assert list_members(contest) == []
    assert list(
        TeamMember.objects.values_list("person", "team", "added_by", "added_at", "removed_by", "removed_at")
    ) == [(expert.pk, "expert_team", organizer.pk, NOON, organizer.pk, LATER)]


def test_an_attempt_begun_before_stays(contest: Contest, organizer: Person, expert: Person) -> None:
    attempt, _ = start_attempt(person=expert, round=contest.rounds.get(), now=NOON)

    listed(contest, expert, organizer)

    assert start_attempt(person=expert, round=contest.rounds.get(), now=LATER) == (attempt, False)


def test_whoever_is_put_down_while_they_start_does_not(
    contest: Contest, organizer: Person, expert: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look has been taken when the row is written."""
    check = starting.check_may_start

    def check_and_be_late(**asked: Any) -> None:
        check(**asked)
        listed(contest, expert, organizer)

    monkeypatch.setattr(starting, "check_may_start", check_and_be_late)

    with pytest.raises(PersonExcluded):
        start_attempt(person=expert, round=contest.rounds.get(), now=LATER)
    assert not Attempt.objects.exists()


def test_what_cannot_be_put_down(contest: Contest, organizer: Person, expert: Person) -> None:
    listed(contest, expert, organizer)
    closed = make_person()
    Person.objects.filter(pk=closed.pk).update(is_active=False)

    for team, email, refusal in (
        ("content_team", organizer.email, TeamUnknown),
        ("expert_team", "khong-co@vi-du.vn", MemberUnknown),
        ("expert_team", closed.email, MemberUnknown),
        ("secretaries", expert.email.upper(), MemberListed),
    ):
        with pytest.raises(refusal):
            put_down(contest=contest, team=team, email=email, by=organizer, now=LATER)
    with pytest.raises(NotFound):
        take_off(contest=make_contest(), uuid=list_members(contest)[0].uuid, by=organizer, now=LATER)

    assert TeamMember.objects.count() == 1


def send(browser: Client, method: str, address: str, data: Any = None) -> Any:
    return getattr(browser, method)(address, data, content_type="application/json")


def test_organizers_keep_the_list_over_http(contest: Contest, organizer: Person, expert: Person) -> None:
    desk, address = browser_of(organizer), f"/api/staff/contests/{contest.key}/teams"
    before = clock.now()

    made = send(desk, "post", address, {"team": "secretaries", "email": expert.email.upper()})
    again = send(desk, "post", address, {"team": "secretaries", "email": expert.email})
    unknown = send(desk, "post", address, {"team": "content_team", "email": expert.email})
    nobody = send(desk, "post", address, {"team": "secretaries", "email": "khong-co@vi-du.vn"})
    bad = send(desk, "post", address, {"team": "neighbours", "email": "khong", "is_staff": True})
    shown = desk.get(address)

    assert made.status_code == 201
    line = {**made.json()}
    assert before.isoformat() <= line.pop("added_at")
    uuid = line.pop("uuid")
    assert line == {"team": "secretaries", "name": "T. V. Sơn", "added_by": "Đỗ Thị Thu"}
    assert [(one.status_code, one.json()["code"]) for one in (again, unknown, nobody)] == [
        (409, "member_listed"),
        (422, "team_unknown"),
        (404, "member_unknown"),
    ]
    assert (bad.status_code, bad.json()["code"]) == (400, "unknown_field")
    assert shown.json() == {
        "teams": [{"team": "expert_team", "name": "Tổ Chuyên gia"}, {"team": "secretaries", "name": "Tổ Thư ký"}],
        "members": [made.json()],
    }
    assert expert.email not in shown.content.decode() + made.content.decode()
    assert send(desk, "delete", f"{address}/{uuid4()}").status_code == 404
    assert send(desk, "delete", f"{address}/{uuid}").status_code == 204
    assert desk.get(address).json()["members"] == []
