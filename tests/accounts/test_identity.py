"""Identity numbers: stated, sealed, shown to their person alone, fixed, taken back, forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from backend.accounts.models import Consent, Identity, Person
from backend.accounts.sealing import digest_of, seal, unseal
from backend.accounts.services import (
    KEEP,
    forget_identities,
    identities,
    lock_identity,
    state_identity,
    take_back_identity,
)
from backend.contests.models import Contest, Round
from backend.infra import clock
from tests.factories import NOON, make_contest, make_person

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "001090000123", "001090000456"
NOTHING = {"masked": None, "stated_at": None, "locked": False}


@pytest.fixture
def an(client: Client) -> Person:
    person = make_person(name="Nguyễn Văn An")
    client.force_login(person)
    return person


@pytest.fixture(autouse=True)
def demanding() -> Contest:
    return make_contest(now=clock.now(), rules={"identity": "number"})


def put(client: Client, body: Any) -> Any:
    return client.put("/api/me/identity", data=body, content_type="application/json")


def stated(person: Person, number: str = NUMBER) -> Identity:
    return state_identity(person=person, number=number, at=NOON)


def test_a_stated_number_is_shown_masked_and_kept_sealed(client: Client, an: Person) -> None:
    before = client.get("/api/me/identity").json()

    answer = put(client, {"number": "001 090 000 123"})

    held = Identity.objects.get(person=an)
    assert before == NOTHING
    assert (answer.status_code, answer.json()) == (200, client.get("/api/me/identity").json())
    assert {**answer.json(), "stated_at": ""} == {"masked": "•••••••••123", "stated_at": "", "locked": False}
    assert unseal(bytes(held.sealed), bytes(held.nonce), person=an.uuid) == NUMBER
    assert b"123" not in bytes(held.sealed) + bytes(held.digest)


@pytest.mark.parametrize("number", ["00109000012", "003090000123", "one", None, 1090000123, "", ["001090000123"]])
def test_what_is_no_number_is_400_by_the_fields_name_and_not_repeated(client: Client, an: Person, number: Any) -> None:
    answer = put(client, {"number": number})

    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (
        400,
        "invalid_input",
        ["number"],
    )
    assert str(number or "—") not in answer.content.decode()
    assert not Identity.objects.exists()


def test_without_a_live_consent_no_number_is_kept(client: Client, an: Person) -> None:
    consent = Consent.objects.filter(person=an)
    consent.update(version="2020-01")
    outdated = put(client, {"number": NUMBER})
    consent.update(version=settings.CONSENT_VERSION, withdrawn_at=NOON)
    withdrawn = put(client, {"number": NUMBER})

    assert [(one.status_code, one.json()["code"]) for one in (outdated, withdrawn)] == [(403, "consent_required")] * 2
    assert not Identity.objects.exists()


def test_where_no_contest_asks_any_more_no_number_is_kept(client: Client, an: Person, demanding: Contest) -> None:
    make_contest(now=clock.now())
    stated(make_person())
    last = demanding.rounds.get()
    _move(last, closes_at=clock.now() - timedelta(seconds=1))

    # Nor is it told that another account holds the number.
    refused = put(client, {"number": NUMBER})
    _move(last, closes_at=clock.now() + timedelta(days=30))
    upcoming = put(client, {"number": OTHER})

    assert (refused.status_code, refused.json()["code"], upcoming.status_code) == (409, "identity_not_asked", 200)


def _move(one: Round, *, closes_at: datetime) -> None:
    one.opens_at, one.closes_at, one.keys_release_at = closes_at - timedelta(days=1), closes_at, closes_at
    one.save()


def test_another_number_may_be_stated_until_an_attempt_needs_it(client: Client, an: Person) -> None:
    stated(an, OTHER)

    changed = put(client, {"number": NUMBER})
    assert lock_identity(person_id=an.pk, at=NOON, needed_until=NOON + timedelta(days=30))
    again, refused, kept = (
        put(client, {"number": NUMBER}),
        put(client, {"number": OTHER}),
        client.delete("/api/me/identity"),
    )

    assert (changed.status_code, changed.json()["masked"]) == (200, "•••••••••123")
    assert (again.status_code, again.json()["locked"]) == (200, True)
    assert [(one.status_code, one.json()["code"]) for one in (refused, kept)] == [(409, "identity_locked")] * 2
    assert bytes(Identity.objects.get(person=an).digest) == digest_of(NUMBER)


def test_a_number_that_is_taken_back_is_gone_and_free_for_others(client: Client, an: Person) -> None:
    stated(an)

    answers = [client.delete("/api/me/identity").status_code for _ in range(2)]

    assert (answers, client.get("/api/me/identity").json()) == ([204, 204], NOTHING)
    assert stated(make_person()).locked_at is None


def test_a_row_opens_for_its_own_person_and_key_alone(settings: Settings) -> None:
    an, binh = make_person(), make_person()
    sealed, nonce = seal(NUMBER, person=an.uuid)

    assert seal(NUMBER, person=an.uuid) != (sealed, nonce)
    with pytest.raises(InvalidTag):
        unseal(sealed, nonce, person=binh.uuid)
    settings.IDENTITY_AES_KEY = "ff" * 32
    with pytest.raises(InvalidTag):
        unseal(sealed, nonce, person=an.uuid)


def test_a_number_sealed_with_other_keys_is_shown_without_a_digit(
    client: Client, an: Person, settings: Settings
) -> None:
    stated(an)
    settings.IDENTITY_AES_KEY = "ff" * 32

    answer = client.get("/api/me/identity")

    assert (answer.status_code, answer.json()["masked"]) == (200, "•" * 12)


def test_without_the_key_of_the_digests_nobody_can_try_numbers_out(settings: Settings) -> None:
    mine = digest_of(NUMBER)
    settings.IDENTITY_HMAC_KEY = "ff" * 32

    assert digest_of(NUMBER) != mine


def test_who_withdraws_the_consent_or_is_deleted_leaves_no_number() -> None:
    withdrawing, deleted, staying = (make_person() for _ in range(3))
    for last, person in enumerate((withdrawing, deleted, staying), start=1):
        stated(person, f"00109000000{last}")
        lock_identity(person_id=person.pk, at=NOON, needed_until=NOON)

    Consent.objects.filter(person=withdrawing).update(withdrawn_at=NOON)
    deleted.delete()
    Consent.objects.filter(person=staying).update(version=settings.CONSENT_VERSION)

    assert list(Identity.objects.values_list("person_id", flat=True)) == [staying.pk]


def test_numbers_are_forgotten_a_year_after_the_last_contest_that_needed_them() -> None:
    unused, used = make_person(), make_person()
    stated(unused)
    stated(used, OTHER)
    for days in (30, 10):
        lock_identity(person_id=used.pk, at=NOON, needed_until=NOON + timedelta(days=days))

    forgotten = [forget_identities(now=NOON + KEEP + timedelta(days=days)) for days in (-1, 0, 29)]
    kept = set(Identity.objects.values_list("person_id", flat=True))
    forgotten.append(forget_identities(now=NOON + KEEP + timedelta(days=30)))

    assert (forgotten, kept, Identity.objects.count()) == ([0, 1, 0, 1], {used.pk}, 0)


def test_more_numbers_than_a_batch_are_forgotten_in_one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "FORGOTTEN_AT_ONCE", 3)
    people = [make_person() for _ in range(8)]
    for last, person in enumerate(people):
        stated(person, f"00109000000{last}")
    lock_identity(person_id=people[0].pk, at=NOON, needed_until=NOON + timedelta(days=1))

    assert forget_identities(now=NOON + KEEP) == 7
    assert list(Identity.objects.values_list("person_id", flat=True)) == [people[0].pk]


def test_a_number_that_nobody_stated_cannot_be_fixed_or_taken_back() -> None:
    person = make_person()

    take_back_identity(person=person)

    assert not lock_identity(person_id=person.pk, at=NOON, needed_until=NOON)
