"""Until the rules let results be seen nothing tells of them: whatever people scored, the answers are the same."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person, Profile
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.contests.queries import result_shown_at
from backend.infra import clock
from backend.participation.services import drain_all
from backend.standings.publishing import publish
from backend.units.models import Unit
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import sit
from tests.results_at_hand import record
from tests.standings.test_topic_socket import page, token_of

OWN = UUID("00000000-0000-4000-8000-000000000001")
# What the clock, the server and the transaction say, not the results.
_VOLATILE = {"version", "as_of", "epoch", "server_time"}


@pytest.fixture
def later(db: None) -> Round:
    """The first of two rounds of a contest whose results wait for the round to close."""
    return make_contest(rounds=2, rules={"result_shown": "after_round", "keys_shown": "after_contest"}).rounds.first()


@pytest.fixture
def ward(db: None) -> Unit:
    return make_unit(name="Phường Ba Đình")


@pytest.fixture
def me(ward: Unit) -> Person:
    return make_person(name="Trần Văn Bình", territory=ward)


def addresses(one: Round, ward: Unit) -> list[str]:
    """Every address where a participant could learn of results."""
    return [
        "/api/contests",
        f"/api/contests/{one.contest.key}",
        f"/api/contests/{one.contest.key}/participation",
        f"/api/rounds/{one.uuid}/participation",
        f"/api/rounds/{one.uuid}/standings",
        f"/api/rounds/{one.uuid}/standings?unit={ward.uuid}",
        f"/api/attempts/{OWN}/result",
        f"/api/attempts/{OWN}",
    ]


def told(client: Client, one: Round, me: Person, ward: Unit, *, correct: int) -> dict[str, Any]:
    """Return what all addresses answer where I got this many right, and six others as many; nothing of it stays."""
    with transaction.atomic():
        mine = record(person=me, round=one, correct=correct, territory=ward, prediction=7)
        Attempt.objects.filter(pk=mine.attempt_id).update(uuid=OWN)
        for person in Person.objects.filter(profile__display_name="Người khác").order_by("pk"):
            record(person=person, round=one, correct=correct, territory=ward)
        found = {address: lasting(client.get(address).json()) for address in addresses(one, ward)}
        transaction.set_rollback(True)
    return found


def lasting(body: Any) -> Any:
    """Return a body without what changes from one answer to the next."""
    if isinstance(body, dict):
        return {name: lasting(value) for name, value in body.items() if name not in _VOLATILE}
    return [lasting(value) for value in body] if isinstance(body, list) else body


@pytest.mark.parametrize("signed_in", [True, False], ids=["participant", "visitor"])
def test_answers_do_not_depend_on_results_before_they_may_be_seen(client, later, me, ward, signed_in):
    for _ in range(6):
        make_person(name="Người khác", territory=ward)
    if signed_in:
        client.force_login(me)

    with time_machine.travel(later.closes_at + timedelta(seconds=2), tick=False):
        before = [told(client, later, me, ward, correct=correct) for correct in (0, 3)]
    with time_machine.travel(later.closes_at + timedelta(seconds=3), tick=False):
        after = [told(client, later, me, ward, correct=correct) for correct in (0, 3)]

    assert before[0] == before[1]
    # The same data tells the difference everywhere once it may, so there was something to leak.
    differing = {address for address in after[0] if after[0][address] != after[1][address]}
    open_to_me = set(addresses(later, ward)[: 7 if signed_in else 6])
    assert differing == open_to_me


def test_the_own_result_says_when_it_comes_and_keeps_to_the_own_doing(client, later, me, ward):
    mine = record(person=me, round=later, correct=3, territory=ward, prediction=7, used_ms=5000)
    client.force_login(me)
    address = f"/api/attempts/{mine.attempt.uuid}/result"

    with time_machine.travel(NOON, tick=False):
        before = client.get(address).json()
    with time_machine.travel(later.closes_at + timedelta(seconds=3), tick=False):
        after = client.get(address).json()

    hidden = {name: before[name] for name in ("result_shown_at", "correct_count", "points", "ranks", "items")}
    assert hidden == {
        "result_shown_at": "2026-11-19T12:00:02+07:00",
        "correct_count": None,
        "points": None,
        "ranks": {"round": None, "territory": None, "workplace": None},
        "items": None,
    }
    assert (before["used_ms"], before["prediction"]) == (5000, 7)
    assert (after["result_shown_at"], after["correct_count"], after["ranks"]["round"]) == (
        None,
        3,
        {"rank": 1, "of": 1},
    )


@pytest.mark.django_db(transaction=True)  # submissions are gathered in a thread of their own
def test_handing_in_says_when_the_result_comes(client, me):
    one = make_contest(now=clock.now(), rules={"result_shown": "after_round"}).rounds.get()
    attempt = start_attempt(person=me, round=one, now=clock.now())[0]
    client.force_login(me)

    told = client.post(f"/api/attempts/{attempt.uuid}/submit", {"prediction": 3}, content_type="application/json")

    assert told.status_code == 200
    assert told.json().keys() == {"state", "submitted_at", "receipt", "result_shown_at"}
    assert datetime.fromisoformat(told.json()["result_shown_at"]) == result_shown_at(one, now=clock.now())


def test_the_board_waits_for_everybody_but_organizers_who_name_the_keys(client, later, me, ward):
    record(person=me, round=later, correct=3, territory=ward)
    address = f"/api/rounds/{later.uuid}/standings"
    seen: dict[str, Any] = {}

    with time_machine.travel(NOON, tick=False):
        for name, person in {"me": me, "organizer": make_person(roles=[Role.ORGANIZER])}.items():
            client.force_login(person)
            seen[name] = client.get(address).json()
            seen[f"{name} by version"] = client.get(address, {"key_version": 1}).json()

    hidden = {"results": [], "mine": None, "next": None, "totals": {"people": 1, "entries": 1, "all_correct": None}}
    for name in ("me", "organizer"):
        assert {field: seen[name][field] for field in hidden} == hidden
        assert seen[name]["result_shown_at"] == "2026-11-19T12:00:02+07:00"
    assert seen["me by version"]["code"] == "role_required"
    assert [line["correct_count"] for line in seen["organizer by version"]["results"]] == [3]


def test_staff_read_exact_counts_meanwhile(client, later, me, ward):
    record(person=me, round=later, correct=3, territory=ward)
    counts: dict[str, Any] = {}

    with time_machine.travel(NOON, tick=False):
        client.force_login(make_person(roles=[Role.ORGANIZER]))
        counts["monitor"] = client.get(f"/api/staff/contests/{later.contest.key}/monitor").json()["round"]["totals"]
        counts["table"] = client.get(f"/api/rounds/{later.uuid}/participation").json()["totals"]

    assert {name: one["all_correct"] for name, one in counts.items()} == {"monitor": 1, "table": 1}


@pytest.mark.parametrize(
    ("keys_shown", "shown"),
    [("after_round", [False, True, True]), ("after_contest", [False, False, True]), ("never", [False, False, False])],
)
def test_keys_stand_on_the_own_result_when_the_rules_say(client, me, keys_shown, shown):
    contest = make_contest(rounds=2, rules={"keys_shown": keys_shown})
    first, last = contest.rounds.all()
    attempt = sit(first, me)
    client.force_login(me)
    seen: list[Any] = []

    for closes_at in (NOON, first.closes_at, last.closes_at):
        with time_machine.travel(closes_at + timedelta(seconds=3), tick=False):
            seen.append(client.get(f"/api/attempts/{attempt.uuid}/result").json())

    assert [one["items"] is not None for one in seen] == shown
    assert [one["keys_released"] for one in seen] == shown
    told = {"after_round": first.closes_at, "after_contest": last.closes_at, "never": None}[keys_shown]
    release_at = seen[0]["keys_release_at"]
    assert (release_at and datetime.fromisoformat(release_at)) == told
    assert all(("is_key" in str(one)) == is_shown for one, is_shown in zip(seen, shown, strict=True))


def test_nobody_is_shown_anothers_date_of_birth(client, later, me, ward):
    Profile.objects.filter(person=me).update(born_on="1987-06-05")
    record(person=me, round=later, correct=3, territory=ward)
    client.force_login(make_person(territory=ward, roles=[Role.ORGANIZER]))

    with time_machine.travel(later.closes_at + timedelta(days=1), tick=False):
        bodies = [client.get(address) for address in addresses(later, ward)[:6]]

    assert all(one.status_code == 200 for one in bodies)
    assert not any("1987" in one.content.decode() or "06-05" in one.content.decode() for one in bodies)


async def test_ticks_tell_nothing_before_and_everything_after_though_nobody_writes(transactional_db):
    one = await sync_to_async(_soon_closed)()
    ward = await sync_to_async(make_unit)(name="Phường Ba Đình")
    person = await sync_to_async(make_person)(name="Lê Thị Hoa")
    await sync_to_async(record)(person=person, round=one, correct=3, territory=ward)
    names = [f"round:{one.uuid}", f"round:{one.uuid}:unit:{ward.uuid}"]
    token = await sync_to_async(token_of)(person)
    await sync_to_async(drain_all)()

    async with page(token=token) as mine:
        await mine.follow(*names)
        before = [await mine.read() for _ in names]
        shown_at = one.closes_at + timedelta(seconds=3)
        await sync_to_async(lambda: publish(drain_all(), now=shown_at))()
        after = [await mine.read() for _ in names]

    assert [tick["data"] for tick in before] == [
        {"people": 1, "entries": 1, "all_correct": None, "frozen_at": None, "top": []}
    ] * 2
    assert [(tick["data"]["all_correct"], len(tick["data"]["top"])) for tick in after] == [(1, 1)] * 2


def _soon_closed() -> Round:
    """A round that closes in ten seconds: what is watched now is watched still when its results come."""
    one = make_contest(now=clock.now(), rules={"result_shown": "after_round"}).rounds.get()
    closes_at = clock.now() + timedelta(seconds=10)
    Round.objects.filter(pk=one.pk).update(closes_at=closes_at, keys_release_at=closes_at)
    one.refresh_from_db()
    return one
