"""Writes about who belongs where."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.accounts import services as accounts
from backend.accounts.models import Person
from backend.accounts.queries import get_profile
from backend.accounts.services import UNCHANGED, Unchanged
from backend.units.enums import Facet
from backend.units.errors import ProfileLocked
from backend.units.models import Membership
from backend.units.queries import PersonUnits, get_choosable_unit, is_locked, units_of


@transaction.atomic
def choose_units(*, person: Person, choices: Mapping[Facet, UUID | None], at: datetime) -> None:
    """Set or clear the person's unit in the facets named. Raises UnknownUnit, ProfileLocked.

    Choosing what is chosen already is no change, so it passes a lock: a phone may send its whole form again.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = {Facet(row.facet): row for row in Membership.objects.select_for_update().filter(person=person)}
    is_locked = any(row.locked_at for row in current.values())
    today = timezone.localtime(at).date()
    for facet, uuid in choices.items():
        held = current.get(facet)
        unit = get_choosable_unit(uuid=uuid, facet=facet, on=today) if uuid is not None else None
        if (unit.pk if unit else None) == (held.unit_id if held else None):
            continue
        if is_locked:
            raise ProfileLocked
        if unit is None:
            Membership.objects.filter(person=person, facet=facet).delete()
        else:
            Membership.objects.update_or_create(person=person, facet=facet, defaults={"unit": unit})


def lock_memberships(*, person_id: int, at: datetime) -> PersonUnits:
    """Fix the person's units from now on and return them. Called by attempts as the first attempt starts.

    The update holds the rows until the caller commits, so what is returned is what stays.
    """
    Membership.objects.filter(person_id=person_id, locked_at=None).update(locked_at=at)
    return units_of(person_id)


def forget_memberships(*, person_id: int) -> None:
    """Delete where a person belongs, called as they are erased. Attempts keep the units of their start."""
    Membership.objects.filter(person_id=person_id).delete()


@transaction.atomic
def change_profile(
    *,
    person: Person,
    display_name: str | None,
    locale: str | None,
    born_on: date | Unchanged | None = UNCHANGED,
    choices: Mapping[Facet, UUID | None],
    at: datetime,
) -> None:
    """Change what a person tells of themselves, all or nothing. Raises UnknownUnit, ProfileLocked, ConsentWithdrawn.

    Who withdrew may still have less kept, and read in another language.
    """
    # As a start does: neither sees the other halfway.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if display_name is not None or isinstance(born_on, date) or any(choices.values()):
        accounts.check_not_withdrawn(person)
    _check_stays(person, display_name=display_name, born_on=born_on)
    accounts.update_profile(person=person, display_name=display_name, locale=locale, born_on=born_on)
    if choices:
        choose_units(person=person, choices=choices, at=at)


def _check_stays(person: Person, *, display_name: str | None, born_on: date | Unchanged | None) -> None:
    """Raise ProfileLocked where something that was stated before an attempt would become something else.

    A first statement changes nothing: who never needed a date of birth may state one for the next contest, once.
    """
    held = get_profile(person)
    is_new_name = display_name is not None and held.display_name not in ("", display_name)
    is_new_birth = born_on is not UNCHANGED and held.born_on not in (None, born_on)
    if is_new_birth and held.born_on_locked_at is not None:
        raise ProfileLocked
    if (is_new_name or is_new_birth) and is_locked(person.pk):
        raise ProfileLocked
