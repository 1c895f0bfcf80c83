"""Who started before the column was there: their date of birth is fixed afterwards, and nobody else's."""

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from backend.accounts.models import Person, Profile
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.infra import clock
from tests.factories import NOON, make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db
migration = import_module("backend.attempts.migrations.0009_birth_dates_locked")


def grown_up() -> Person:
    person = make_person(territory=make_unit())
    Profile.objects.filter(person=person).update(born_on=date(1990, 1, 2))
    return person


def start(person: Person, *rounds: Round) -> list[Attempt]:
    begun = [start_attempt(person=person, round=one, now=clock.now())[0] for one in rounds]
    # As it was before the column.
    Profile.objects.filter(person=person).update(born_on_locked_at=None)
    return begun


def locks() -> dict[int, object]:
    return dict(Profile.objects.values_list("person_id", "born_on_locked_at"))


@pytest.mark.parametrize("batch", [1, 5_000])
def test_the_first_start_that_asked_for_an_age_fixes_the_date(
    client: Client, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(migration, "BATCH", batch)
    asking, also = (
        make_contest(
            now=clock.now(), rules={"minimum_age": 18, "profile_locked_after_first_attempt": False}
        ).rounds.get()
        for _ in range(2)
    )
    plain = make_contest(now=clock.now()).rounds.get()
    twice, elsewhere, idle, fixed = (grown_up() for _ in range(4))
    first, _ = start(twice, asking, also)
    Attempt.objects.filter(pk=first.pk).update(started_at=NOON)
    start(elsewhere, plain)
    start(fixed, asking)
    Profile.objects.filter(person=fixed).update(born_on_locked_at=NOON - timedelta(days=1))

    for _ in range(2):
        migration.fix_birth_dates(None, SimpleNamespace(connection=connection))

    assert locks() == {twice.pk: NOON, elsewhere.pk: None, idle.pk: None, fixed.pk: NOON - timedelta(days=1)}
    client.force_login(twice)
    refused = client.patch("/api/me", data={"born_on": "2001-01-01"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "profile_locked")


def test_without_a_contest_that_asks_nothing_is_touched() -> None:
    start(grown_up(), make_contest(now=clock.now()).rounds.get())

    migration.fix_birth_dates(None, SimpleNamespace(connection=connection))

    assert set(locks().values()) == {None}
