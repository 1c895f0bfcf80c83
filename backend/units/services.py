"""Writes about who belongs where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from backend.accounts import services as accounts
from backend.accounts.errors import AccountErased
from backend.accounts.models import Person
from backend.accounts.queries import get_profile
from backend.accounts.services import UNCHANGED, Unchanged
from backend.units.enums import Facet
from backend.units.errors import ProfileLocked
from backend.units.models import Membership, Unit
from backend.units.queries import PersonUnits, get_choosable_unit, is_locked, list_memberships, units_of


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


@dataclass(frozen=True, slots=True)
class Correction:
    """What an organizer corrects of a profile: None leaves a fact as it is. In `units` None takes a unit away."""

    display_name: str | None = None
    born_on: date | None = None
    units: Mapping[Facet, Unit | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One fact that changes: its name, what it was and what it becomes, as text."""

    fact: str
    old: str
    new: str


@transaction.atomic
def correct_profile(
    *, person: Person, by: Person, reason: str, correction: Correction, at: datetime, is_dry: bool = False
) -> list[Corrected]:
    """Correct facts that the person may not change any more, and return those that become others.

    What has been counted stays where it is: an attempt carries the units of its start, and a date of birth that let
    somebody in is not asked again. A name is read as boards are read, so boards show the new one. Locks stay as they
    are. `is_dry` writes nothing. Raises AccountErased, ConsentWithdrawn.
    """
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if held.erased_at is not None:
        raise AccountErased
    accounts.check_not_withdrawn(held)
    changes = [*_corrected_facts(held, correction), *_corrected_units(held, correction)]
    if is_dry or not changes:
        return changes
    changed = {one.fact for one in changes}
    accounts.update_profile(
        person=held,
        display_name=correction.display_name,
        born_on=correction.born_on if "born_on" in changed else UNCHANGED,
    )
    for facet, unit in correction.units.items():
        if facet in changed:
            _move(held, facet=facet, unit=unit)
    accounts.note_correction(person=held, by=by, reason=reason, facts=[one.fact for one in changes], at=at)
    return changes


def _corrected_facts(person: Person, correction: Correction) -> list[Corrected]:
    held = get_profile(person)
    pairs = (
        ("display_name", held.display_name, correction.display_name),
        ("born_on", held.born_on or "", correction.born_on),
    )
    return [Corrected(fact, str(old), str(new)) for fact, old, new in pairs if new is not None and new != old]


def _corrected_units(person: Person, correction: Correction) -> list[Corrected]:
    held = list_memberships(person.pk)
    pairs = ((facet, held[facet].unit if facet in held else None, unit) for facet, unit in correction.units.items())
    return [
        Corrected(facet.value, old.name if old else "", new.name if new else "")
        for facet, old, new in pairs
        if (old.pk if old else None) != (new.pk if new else None)
    ]


def _move(person: Person, *, facet: Facet, unit: Unit | None) -> None:
    rows = Membership.objects.filter(person=person)
    if unit is None:
        rows.filter(facet=facet).delete()
        return
    # What is stated for the first time behind the lock of the others is locked with them.
    locked_at = rows.aggregate(at=Min("locked_at"))["at"]
    Membership.objects.update_or_create(
        person=person,
        facet=facet,
        defaults={"unit": unit},
        create_defaults={"unit": unit, "locked_at": locked_at},
    )


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
