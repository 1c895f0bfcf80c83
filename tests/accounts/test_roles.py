"""Who may work behind the desk."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from rest_framework.exceptions import NotAuthenticated

from backend.accounts.enums import Role
from backend.accounts.models import Person, Profile, StaffRole
from backend.accounts.permissions import HasAnyRole, IsAdmin, IsBoardOrOrganizer, IsOrganizer
from backend.accounts.queries import has_consent, has_role, roles_of
from backend.accounts.services import create_staff
from backend.core.errors import RoleRequired
from tests.accounts.conftest import PASSWORD, Post
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def asks(permission: type[HasAnyRole], user: Any) -> bool:
    request: Any = SimpleNamespace(user=user)
    return permission().has_permission(request, SimpleNamespace())  # type: ignore[arg-type]  # the view is not read


@pytest.mark.parametrize(
    ("roles", "organizer", "board_or_organizer", "admin"),
    [
        ([], False, False, False),
        ([Role.BOARD], False, True, False),
        ([Role.ORGANIZER], True, True, False),
        ([Role.ADMIN], True, True, True),
    ],
)
def test_permissions_by_role(roles: list[Role], organizer: bool, board_or_organizer: bool, admin: bool):
    make_person(roles=[Role.ADMIN, Role.ORGANIZER, Role.BOARD])
    person = make_person(roles=roles)

    for permission, expected in ((IsOrganizer, organizer), (IsBoardOrOrganizer, board_or_organizer), (IsAdmin, admin)):
        if expected:
            assert asks(permission, person)
        else:
            with pytest.raises(RoleRequired):
                asks(permission, person)


@pytest.mark.parametrize("permission", [IsOrganizer, IsBoardOrOrganizer, IsAdmin])
def test_nobody_signed_in_is_a_401(permission: type[HasAnyRole]):
    with pytest.raises(NotAuthenticated):
        asks(permission, AnonymousUser())


def test_a_closed_account_has_no_roles():
    person = make_person(roles=[Role.ADMIN], is_active=False)

    assert (roles_of(person), has_role(person, Role.ADMIN), roles_of(AnonymousUser())) == (
        frozenset(),
        False,
        frozenset(),
    )


def test_consent_counts_for_its_version_and_person_alone():
    person, other = make_person(), make_person(consented=False)
    version = person.consents.get().version

    given = [
        has_consent(person_id=person.pk, version=version),
        has_consent(person_id=person.pk, version="2020-01"),
        has_consent(person_id=other.pk, version=version),
    ]

    assert given == [True, False, False]


def test_withdrawn_consent_does_not_count():
    person = make_person()
    consent = person.consents.get()
    consent.withdrawn_at = consent.given_at
    consent.save()

    assert has_consent(person_id=person.pk, version=consent.version) is False


def test_staff_can_sign_in_and_are_made_once(post: Post, client: Client):
    create_staff(email="To.Chuc@example.vn", password="cũ 12345678", roles=[Role.BOARD], display_name="Tổ thư ký")
    create_staff(email="to.chuc@example.vn", password=PASSWORD, roles=[Role.ORGANIZER, Role.BOARD])

    response = post("auth/login", {"email": "to.chuc@example.vn", "password": PASSWORD})

    assert response.status_code == 200
    assert client.get("/api/me").json()["roles"] == ["board", "organizer"]
    assert (Person.objects.count(), StaffRole.objects.count(), Profile.objects.get().display_name) == (
        1,
        2,
        "Tổ thư ký",
    )
