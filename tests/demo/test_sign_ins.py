"""The demo's sign-ins: everybody knows their password, so what somebody does to them must not last."""

import pytest

from backend.accounts.models import Person
from backend.accounts.queries import has_consent
from backend.accounts.services import withdraw_consent
from backend.demo import content
from backend.demo.services import load_sign_ins
from tests.factories import NOON, make_person, make_unit

pytestmark = pytest.mark.django_db
VERSION = "2026-11"


def _agree() -> dict[str, bool]:
    return {one.email: has_consent(person_id=one.pk, version=VERSION) for one in Person.objects.all()}


def test_a_sign_in_whose_consent_was_withdrawn_agrees_again_at_the_next_start_and_nobody_else_does() -> None:
    for sign_in in content.SIGN_INS:
        if sign_in.ward:
            make_unit(name=sign_in.ward)
    assert load_sign_ins(consent_version=VERSION, now=NOON) == len(content.SIGN_INS)
    citizen = make_person(email="nguoi-dan@example.test")
    for person in Person.objects.all():
        withdraw_consent(person=person, at=NOON)
    assert set(_agree().values()) == {False}

    assert load_sign_ins(consent_version=VERSION, now=NOON) == 0

    assert _agree() == {**{one.email: True for one in content.SIGN_INS}, citizen.email: False}
