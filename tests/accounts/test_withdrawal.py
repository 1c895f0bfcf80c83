"""Who takes the consent back: what goes at once, what stays, who learns of it."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Consent, Identity, Person
from backend.accounts.services import erase_person, state_identity, withdraw_consent
from backend.attempts.models import Attempt, DeviceStart
from backend.attempts.services import start_attempt
from backend.infra import clock
from tests.accounts.conftest import PASSWORD, Post
from tests.factories import NOON, make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db
NUMBERS = ("001090123456", "001090123457")


@pytest.fixture
def two() -> list[Person]:
    """Somebody who leaves and somebody who stays, both with a number, a device and an open attempt."""
    one = make_contest(now=clock.now(), rules={"identity": "number"}).rounds.select_related("contest").get()
    people = [make_person(territory=make_unit()) for _ in NUMBERS]
    for person, number in zip(people, NUMBERS, strict=True):
        state_identity(person=person, number=number, at=clock.now())
        start_attempt(person=person, round=one, now=clock.now(), device=b"d" * 16)
    return people


def withdraw(client: Client) -> Any:
    return client.delete("/api/me/consent")


def test_a_withdrawal_takes_number_and_device_and_leaves_attempt_and_others(client: Client, two: list[Person]) -> None:
    leaving, staying = two
    client.force_login(leaving)

    answer = withdraw(client)

    assert (answer.status_code, answer.content) == (204, b"")
    assert [one["withdrawn_at"] is None for one in client.get("/api/me").json()["consents"]] == [False]
    assert list(Identity.objects.values_list("person_id", flat=True)) == [staying.pk]
    assert list(DeviceStart.objects.values_list("person_id", flat=True)) == [staying.pk]
    assert Consent.objects.get(person=staying).withdrawn_at is None
    assert set(Attempt.objects.values_list("person_id", flat=True)) == {leaving.pk, staying.pk}


def test_who_withdrew_begins_nothing_more(client: Client) -> None:
    one = make_contest(now=clock.now()).rounds.get()
    person = make_person(territory=make_unit())
    client.force_login(person)
    withdraw(client)

    refused = client.post(f"/api/rounds/{one.uuid}/attempts")

    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    assert Attempt.objects.count() == 0


@pytest.mark.django_db(transaction=True)  # submissions are gathered in a thread of their own
def test_who_withdrew_may_hand_in_what_is_running(client: Client, two: list[Person]) -> None:
    running = Attempt.objects.get(person=two[0])
    client.force_login(two[0])
    withdraw(client)

    shown = client.get(f"/api/attempts/{running.uuid}")
    handed_in = client.post(f"/api/attempts/{running.uuid}/submit", {}, content_type="application/json")

    assert (shown.status_code, handed_in.status_code) == (200, 200)
    assert Attempt.objects.get(pk=running.pk).submitted_at is not None


def test_a_second_withdrawal_changes_nothing(client: Client, two: list[Person]) -> None:
    client.force_login(two[0])
    withdraw(client)
    first = Consent.objects.get(person=two[0]).withdrawn_at

    again = withdraw(client)

    assert (again.status_code, Consent.objects.get(person=two[0]).withdrawn_at) == (204, first)


def test_visitors_and_other_sites_withdraw_nothing(client: Client, two: list[Person]) -> None:
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(two[0])

    assert [(one.status_code, one.json()["code"]) for one in (withdraw(client), withdraw(elsewhere))] == [
        (401, "not_signed_in"),
        (403, "csrf_failed"),
    ]
    assert Consent.objects.exclude(withdrawn_at=None).count() == 0


def test_the_list_of_withdrawals_names_nobody_who_agrees_again_and_tells_the_last_day() -> None:
    first, second, back, _staying = (make_person(email=f"{name}@example.test") for name in ("a", "b", "c", "d"))
    withdraw_consent(person=second, at=NOON + timedelta(days=1))
    Consent.objects.create(person=first, version="2026-01", given_at=NOON - timedelta(days=200))
    withdraw_consent(person=first, at=NOON)
    withdraw_consent(person=back, at=NOON)
    Consent.objects.create(person=back, version="2027-01", given_at=NOON + timedelta(days=2))
    staff, gone = make_person(roles=[Role.BOARD]), make_person()
    withdraw_consent(person=staff, at=NOON + timedelta(days=2))
    erase_person(person_id=gone.pk, at=NOON)
    told = StringIO()

    call_command("list_withdrawals", stdout=told)

    assert told.getvalue().splitlines() == [
        f"{first.uuid} 2026-11-18 12:00 2026-12-02 2026-12-08",
        f"{second.uuid} 2026-11-19 12:00 2026-12-03 2026-12-09",
        f"{staff.uuid} 2026-11-20 12:00 roles 2026-12-10",
    ]


def test_79_a_withdrawal_asks_for_the_password_though_somebody_has_just_signed_in(client: Client, post: Post) -> None:
    person = make_person(email="an@example.vn")
    person.set_password(PASSWORD)
    person.save()
    post("auth/login", {"email": "an@example.vn", "password": PASSWORD})

    asked = withdraw(client)
    wrong = post("auth/reauthenticate", {"password": PASSWORD + "x"})
    still = withdraw(client)

    assert (asked.status_code, asked.json()) == (
        401,
        {
            "code": "reauthentication_required",
            "detail": "Nhập lại mật khẩu để xác nhận chính bạn đang thực hiện việc này.",
            "flows": [{"id": "reauthenticate"}],
        },
    )
    assert (wrong.status_code, still.status_code) == (400, 401)
    assert Consent.objects.get(person=person).withdrawn_at is None
    assert post("auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    assert withdraw(client).status_code == 204
    assert Consent.objects.get(person=person).withdrawn_at is not None


def test_79_the_proof_grows_old_and_counts_in_its_own_session_alone(client: Client, post: Post) -> None:
    person = make_person(email="an@example.vn")
    person.set_password(PASSWORD)
    person.save()
    post("auth/login", {"email": "an@example.vn", "password": PASSWORD})
    post("auth/reauthenticate", {"password": PASSWORD})
    elsewhere = Client()
    elsewhere.force_login(person)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**one, "at": one["at"] - 301} for one in records]
    session.save()

    assert [withdraw(one).status_code for one in (client, elsewhere)] == [401, 401]
    assert Consent.objects.get(person=person).withdrawn_at is None


def test_79_an_app_proves_it_with_its_token(client: Client, post: Post) -> None:
    person = make_person(email="an@example.vn")
    person.set_password(PASSWORD)
    person.save()
    signed_in = post("auth/login", {"email": "an@example.vn", "password": PASSWORD}, kind="app")
    token = {"X-Session-Token": signed_in.json()["meta"]["session_token"]}
    client.cookies.clear()

    asked = client.delete("/api/me/consent", headers=token)
    proven = post("auth/reauthenticate", {"password": PASSWORD}, kind="app", headers=token)

    assert (asked.status_code, asked.json()["code"], proven.status_code) == (401, "reauthentication_required", 200)
    assert client.delete("/api/me/consent", headers=token).status_code == 204
