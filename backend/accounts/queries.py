"""Reads about persons and what they may do."""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from backend.accounts.enums import ConsentKind, Role
from backend.accounts.models import Consent, Identity, Person, Profile, StaffRole
from backend.accounts.sealing import is_ours


def roles_of(person: Person | AnonymousUser) -> frozenset[Role]:
    """Return the roles granted to a person. Nobody signed in, or an account that was closed, has none."""
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    return frozenset(Role(role) for role in StaffRole.objects.filter(person=person).values_list("role", flat=True))


def has_role(person: Person | AnonymousUser, role: Role) -> bool:
    """Tell whether a person may act in a role; an admin may act in every one."""
    return bool(roles_of(person) & {role, Role.ADMIN})


def list_organizers() -> list[Person]:
    """Return who may act as an organizer, admins among them, with their profiles, by name."""
    holders = StaffRole.objects.filter(role__in=[Role.ORGANIZER, Role.ADMIN]).values("person")
    rows = Person.objects.filter(pk__in=holders, is_active=True).select_related("profile")
    return list(rows.order_by("profile__display_name", "pk"))


def has_consent(*, person_id: int, version: str) -> bool:
    """Tell whether the person agreed to this version of the text and has not withdrawn."""
    given = Consent.objects.filter(person_id=person_id, kind=ConsentKind.TAKE_PART, version=version, withdrawn_at=None)
    return given.exists()


def list_consents(person_id: int) -> list[Consent]:
    """Return everything the person ever agreed to, oldest first."""
    return list(Consent.objects.filter(person_id=person_id).order_by("given_at", "id"))


def list_withdrawals() -> list[Consent]:
    """Return the last withdrawal of everybody who agrees to nothing any more, with the person, the oldest first.

    Who has been erased since is left out.
    """
    live = Consent.objects.filter(person=OuterRef("person"), withdrawn_at=None)
    ended = (
        Consent.objects.filter(~Exists(live), person__erased_at=None)
        .exclude(withdrawn_at=None)
        .select_related("person")
    )
    last = ended.order_by("person_id", "-withdrawn_at", "-pk").distinct("person_id")
    return sorted(last, key=lambda one: (one.withdrawn_at, one.pk))


def list_due_to_erase(*, withdrawn_by: datetime) -> list[Person]:
    """Return those who withdrew everything by then and whose data may go by the clock, the oldest first."""
    with_roles = set(StaffRole.objects.values_list("person_id", flat=True))
    due = (one for one in list_withdrawals() if one.withdrawn_at is not None and one.withdrawn_at <= withdrawn_by)
    return [one.person for one in due if one.person_id not in with_roles]


def birth_date_of(person: Person) -> date | None:
    """Return the date of birth as the person states it, None where it is not stated."""
    return Profile.objects.filter(person=person).values_list("born_on", flat=True).first()


def get_identity(person: Person) -> Identity | None:
    """Return the person's identity number, sealed; None where none is stated."""
    return Identity.objects.filter(person=person).first()


def do_keys_fit_numbers() -> bool:
    """Tell whether the keys at hand are those of the numbers stored: the first stated is opened."""
    first = Identity.objects.select_related("person").order_by("pk").first()
    return first is None or is_ours(
        bytes(first.sealed), bytes(first.nonce), bytes(first.digest), person=first.person.uuid
    )


def get_profile(person: Person) -> Profile:
    """Return the person's profile; an empty one, not stored, where a command made the person without."""
    return Profile.objects.filter(person=person).first() or Profile(person=person, display_name="")
