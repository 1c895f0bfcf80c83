"""What sign-up stores, the profile, staff."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from backend.accounts.enums import ConsentKind, Role
from backend.accounts.models import Consent, Person, Profile, StaffRole


@transaction.atomic
def register_person(
    *, person: Person, display_name: str, locale: str, consent_version: str, given_at: datetime
) -> None:
    """Store a new person with profile and consent: none of the three exists without the others."""
    person.save()
    Profile.objects.create(person=person, display_name=display_name, locale=locale)
    Consent.objects.create(person=person, kind=ConsentKind.TAKE_PART, version=consent_version, given_at=given_at)


class Unchanged(Enum):
    """Stands for a field that was not given, where None means that it is to be empty."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


def update_profile(
    *,
    person: Person,
    display_name: str | None = None,
    locale: str | None = None,
    born_on: date | Unchanged | None = UNCHANGED,
) -> None:
    """Change the fields that are given. A person without a profile (made by a command) gets one."""
    given: dict[str, Any] = {"display_name": display_name, "locale": locale}
    changes = {name: value for name, value in given.items() if value is not None}
    if born_on is not UNCHANGED:
        changes["born_on"] = born_on
    if changes:
        Profile.objects.update_or_create(person=person, defaults=changes)


def lock_birth_date(*, person_id: int, at: datetime) -> None:
    """Fix the date of birth that let the person in, called as an attempt starts that asks for an age."""
    Profile.objects.filter(person_id=person_id, born_on_locked_at=None).update(born_on_locked_at=at)


@transaction.atomic
def create_staff(
    *, email: str, password: str, roles: Iterable[Role], display_name: str = "Ban tổ chức", is_demo: bool = False
) -> Person:
    """Create a person who works behind the desk, or set the password and add the roles of one who exists."""
    email = email.strip().lower()
    person = Person.objects.select_for_update().filter(email=email).first() or Person(email=email, is_demo=is_demo)
    person.set_password(password)
    person.save()
    EmailAddress.objects.get_or_create(user=person, email=email, defaults={"primary": True, "verified": True})
    Profile.objects.get_or_create(person=person, defaults={"display_name": display_name})
    for role in roles:
        StaffRole.objects.get_or_create(person=person, role=role)
    return person
