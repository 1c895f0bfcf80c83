"""Attack 42: many accounts on one device. They are listed for organizers, and nothing else happens to them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from django.test import Client
from pytest_django import Settings

from backend.accounts.devices import COOKIE
from backend.accounts.enums import Role
from backend.accounts.models import Consent, Person
from backend.attempts.models import Attempt, DeviceStart
from backend.attempts.services import forget_past, start_attempt
from backend.attempts.services.forgetting import DEVICES_KEPT
from backend.contests.models import Round
from backend.infra import clock
from backend.results.models import Result
from backend.standings.models import Standing
from tests.attacks.conftest import browser_of
from tests.attacks.serving import Live
from tests.attempts.serving import sign_in
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)
MARK, OTHER_MARK = "canary-of-a-device-000", "another-device-0000000"
CSRF = "a" * 32


def people(count: int) -> list[Person]:
    ward = make_unit(name="Phường Ba Đình")
    return [make_person(name=f"Nguyễn Văn Canary{number}", territory=ward) for number in range(1, count + 1)]


def play(live: Live, one: Round, person: Person, mark: str | None) -> list[int]:
    """Take part as a browser does, by the crowd's way in; return the statuses."""
    cookies = {settings.SESSION_COOKIE_NAME: sign_in(person), "csrftoken": CSRF, **({COOKIE: mark} if mark else {})}
    with httpx.Client(
        base_url=live.origin, cookies=cookies, headers={"X-CSRFToken": CSRF, "Origin": live.origin}, timeout=30
    ) as browser:
        started = browser.post(f"/api/rounds/{one.uuid}/attempts")
        address = f"/api/attempts/{started.json()['uuid']}"
        answered = browser.post(f"{address}/answers", json={"answers": [{"item": 1, "choice": [1], "seq": 1}]})
        ended = browser.post(f"{address}/submit", json={})
    return [started.status_code, answered.status_code, ended.status_code]


def listed(one: Round, *, role: Role = Role.ORGANIZER) -> Any:
    return browser_of(make_person(roles=[role])).get(f"/api/staff/rounds/{one.uuid}/devices").json()


def test_42_more_accounts_than_k_on_one_device_are_listed_and_all_of_them_count(live: Live, open_round: Round):
    began = len(live.printed())
    crowd, alone, unmarked = people(6), people(1)[0], people(1)[0]

    told = [play(live, open_round, person, MARK) for person in crowd]
    told += [play(live, open_round, alone, OTHER_MARK), play(live, open_round, unmarked, None)]
    listing = listed(open_round)

    assert told == [[201, 200, 200]] * 8
    assert Result.objects.filter(round=open_round).count() == Standing.objects.filter(round=open_round).count() == 8
    attempts = {one.person_id: one for one in Attempt.objects.all()}
    assert listing == {
        "accounts_max": 5,
        "total": 1,
        "devices": [
            {
                "device": 1,
                "people_count": 6,
                "people": [
                    {
                        "name": f"N. V. Canary{number}",
                        "unit_name": "Phường Ba Đình",
                        "attempts": [
                            {
                                "attempt": str(attempts[person.pk].uuid),
                                "number": 1,
                                "state": "submitted",
                                "started_at": listing["devices"][0]["people"][number - 1]["attempts"][0]["started_at"],
                            }
                        ],
                    }
                    for number, person in enumerate(crowd, start=1)
                ],
            }
        ],
    }
    digests = [bytes(row.device).hex() for row in DeviceStart.objects.all()]
    assert (len(digests), len(set(digests))) == (7, 2)
    seen = live.printed()[began:] + str(listing)
    assert [one for one in (*digests, MARK, OTHER_MARK, "Nguyễn Văn Canary") if one in seen] == []


def test_42_k_accounts_on_one_device_are_nothing_to_look_at(client: Client, open_round: Round):
    """The view's own way in; each comes back for a second attempt, and one tries a mark that is none of ours."""
    for person in people(5):
        browser = browser_of(person)
        browser.cookies[COOKIE] = MARK
        for _ in range(2):
            attempt = browser.post(f"/api/rounds/{open_round.uuid}/attempts").json()["uuid"]
            browser.post(f"/api/attempts/{attempt}/submit", "{}", "application/json")
    (forger,) = people(1)
    browser = browser_of(forger)
    browser.cookies[COOKIE] = MARK + "x"

    assert browser.post(f"/api/rounds/{open_round.uuid}/attempts").status_code == 201
    assert Attempt.objects.count() == 11
    assert DeviceStart.objects.count() == 5
    assert listed(open_round) == {"accounts_max": 5, "total": 0, "devices": []}


def test_42_a_device_is_another_one_in_another_contest(settings: Settings, open_round: Round):
    settings.DEVICE_ACCOUNTS_MAX = 1
    elsewhere = make_contest(now=clock.now()).rounds.get()
    for person, one in zip(people(2), (open_round, elsewhere), strict=True):
        browser = browser_of(person)
        browser.cookies[COOKIE] = MARK
        browser.post(f"/api/rounds/{one.uuid}/attempts")

    assert len({bytes(row.device) for row in DeviceStart.objects.all()}) == 2
    assert [listed(one)["total"] for one in (open_round, elsewhere)] == [0, 0]


def test_42_only_organizers_see_the_list(open_round: Round):
    address = f"/api/staff/rounds/{open_round.uuid}/devices"

    assert [
        browser_of(one).get(address).status_code for one in (None, make_person(), make_person(roles=[Role.BOARD]))
    ] == [
        401,
        403,
        403,
    ]


def test_42_a_browser_is_marked_once_somebody_signs_in_and_keeps_its_mark(client: Client, settings: Settings):
    settings.SECURE_COOKIES = True
    browser = browser_of(make_person())

    reading = client.get("/api/contests")
    refused = client.get("/api/me")
    first = browser.get("/api/me")
    again = browser.get("/api/me")
    app = client.get("/api/me", headers={"X-Session-Token": sign_in(make_person())})

    cookie = first.cookies[COOKIE]
    assert [COOKIE in one.cookies for one in (reading, refused, again, app)] == [False] * 4
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (
        True,
        True,
        "Lax",
        365 * 24 * 3600,
        "/",
    )
    assert len(cookie.value) == 22


def test_42_devices_are_forgotten_after_a_while_and_with_a_withdrawal(open_round: Round):
    staying, leaving = people(2)
    for person in (staying, leaving):
        start_attempt(person=person, round=open_round, now=clock.now(), device=b"d" * 16)

    Consent.objects.filter(person=leaving).update(withdrawn_at=clock.now())
    left = list(DeviceStart.objects.values_list("person_id", flat=True))
    end = open_round.closes_at + DEVICES_KEPT

    assert left == [staying.pk]
    assert [forget_past(now=end - timedelta(microseconds=1)), forget_past(now=end)] == [0, 1]
    assert not DeviceStart.objects.exists()


def test_42_devices_are_forgotten_though_the_numbers_cannot_be(open_round: Round):
    (person,) = people(1)
    DeviceStart.objects.create(round=open_round, device=b"d" * 16, person=person)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_identity RENAME TO away")
        try:
            with pytest.raises(ProgrammingError):
                forget_past(now=open_round.closes_at + DEVICES_KEPT)
        finally:
            cursor.execute("ALTER TABLE away RENAME TO accounts_identity")

    assert not DeviceStart.objects.exists()
