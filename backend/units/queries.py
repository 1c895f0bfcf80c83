"""Reads about units and who belongs where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from backend.units.enums import Facet
from backend.units.errors import UnknownUnit
from backend.units.models import Membership, Unit


@dataclass(frozen=True, slots=True)
class PersonUnits:
    """The ids of the units a person belongs to, one for each facet at most."""

    territory_id: int | None = None
    party_id: int | None = None
    workplace_id: int | None = None


def units_of(person_id: int) -> PersonUnits:
    """Return where a person belongs; one query."""
    rows = Membership.objects.filter(person_id=person_id).values_list("facet", "unit_id")
    return PersonUnits(**{f"{facet}_id": unit_id for facet, unit_id in rows})


def list_memberships(person_id: int) -> dict[Facet, Membership]:
    """Return a person's memberships by facet, each with its unit."""
    rows = Membership.objects.filter(person_id=person_id).select_related("unit")
    return {Facet(row.facet): row for row in rows}


def is_locked(person_id: int) -> bool:
    """Tell whether the person has started an attempt: what was counted under a name and a unit stays under them."""
    return Membership.objects.filter(person_id=person_id, locked_at__isnull=False).exists()


def get_unit(uuid: UUID) -> Unit:
    """Return a unit of any facet, past ones too. Raises UnknownUnit."""
    unit = Unit.objects.filter(uuid=uuid).first()
    if unit is None:
        raise UnknownUnit
    return unit


def get_choosable_unit(*, uuid: UUID, facet: Facet, on: date) -> Unit:
    """Return a unit that a person may choose on a day. Raises UnknownUnit."""
    unit = Unit.objects.filter(valid_on(on), uuid=uuid, facet=facet, is_choosable=True).first()
    if unit is None:
        raise UnknownUnit
    return unit


def find_choosable_units(*, code: str, facet: Facet, on: date) -> list[Unit]:
    """Return the units of a code that may be chosen on a day: one as a rule, but the state gives codes out again."""
    return list(Unit.objects.filter(valid_on(on), code=code, facet=facet, is_choosable=True).order_by("pk"))


def valid_on(day: date) -> Q:
    """Match units that exist on a day; periods are half-open."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def parent_names(units: Iterable[Unit]) -> dict[int, str | None]:
    """Return the name of each unit's parent by the unit's id, None for roots; one query, none where all are roots."""
    parent_paths = {unit.pk: str(unit.path)[: -Unit.steplen] for unit in units}
    wanted = set(parent_paths.values()) - {""}
    names = dict(Unit.objects.filter(path__in=wanted).values_list("path", "name")) if wanted else {}
    return {pk: names.get(path) for pk, path in parent_paths.items()}
