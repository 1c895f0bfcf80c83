"""Two organizers give a number back that somebody else stated."""

import io
import sys
from collections.abc import Sequence

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backend.accounts.enums import Role
from backend.accounts.models import Identity, Person
from backend.accounts.services import lock_identity, state_identity
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "001090000123", "001090000456"


@pytest.fixture
def organizers() -> Sequence[Person]:
    return [make_person(roles=[Role.ORGANIZER]), make_person(roles=[Role.ADMIN])]


def release(
    monkeypatch: pytest.MonkeyPatch, *by: Person, typed: str = "001 090 000 123\n", reason: str = "đã xem thẻ"
) -> str:
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    call_command("release_identity", reason=reason, by=by[0].email, second=by[1].email, stdout=printed)
    return printed.getvalue()


def test_a_number_is_released_to_whom_it_belongs(
    monkeypatch: pytest.MonkeyPatch, organizers: Sequence[Person], caplog: pytest.LogCaptureFixture
) -> None:
    thief, owner, third = make_person(), make_person(), make_person()
    state_identity(person=thief, number=NUMBER, at=NOON)
    state_identity(person=third, number=OTHER, at=NOON)
    lock_identity(person_id=thief.pk, at=NOON, needed_until=NOON)

    printed = release(monkeypatch, *organizers)
    logged = [str(one.msg) for one in caplog.records if "identity_released" in str(one.msg)]

    assert printed == f"{thief.uuid}: đã xóa số căn cước, bài thi giữ nguyên / number deleted, attempts kept\n"
    assert list(Identity.objects.values_list("person_id", flat=True)) == [third.pk]
    assert state_identity(person=owner, number=NUMBER, at=NOON).locked_at is None
    assert len(logged) == 1
    told = ("đã xem thẻ", *(str(one.uuid) for one in (thief, *organizers)))
    assert [one for one in told if one not in logged[0]] == []
    assert [one for one in (NUMBER, NUMBER[3:], "000123") if one in caplog.text + printed] == []


def test_what_cannot_be_released_is_said_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, organizers: Sequence[Person]
) -> None:
    state_identity(person=make_person(), number=NUMBER, at=NOON)
    one, other, citizen = *organizers, make_person()

    for by, more, said in (
        ((one, other), {"typed": OTHER}, "Không tài khoản nào khai số này"),
        ((one, other), {"typed": "12"}, "Không phải số căn cước"),
        ((one, other), {"typed": ""}, "Không phải số căn cước"),
        ((one, other), {"reason": "số 001.090.000.123"}, "không ghi số căn cước"),
        ((one, other), {"reason": " "}, "cần lý do"),
        ((one, one), {}, "hai người"),
        ((one, citizen), {}, "không phải người của ban tổ chức"),
        ((citizen, other), {}, "không phải người của ban tổ chức"),
    ):
        with pytest.raises(CommandError, match=said) as refusal:
            release(monkeypatch, *by, **more)
        assert refusal.value.returncode == 1
        assert NUMBER not in str(refusal.value)

    assert Identity.objects.count() == 1
