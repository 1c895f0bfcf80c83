"""The UNIT of the public contract, shared by every app whose answers name units."""

from collections.abc import Iterable
from typing import TypedDict

from rest_framework import serializers

from backend.units.enums import Facet
from backend.units.models import Unit
from backend.units.queries import parent_names


class UnitShape(TypedDict):
    id: str
    facet: str
    code: str
    name: str
    type: str
    parent_name: str | None


class UnitOutput(serializers.Serializer[UnitShape]):
    """Describes a UNIT; `id` is its public uuid."""

    id = serializers.UUIDField()
    facet = serializers.ChoiceField(choices=Facet.choices)
    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    parent_name = serializers.CharField(allow_null=True)


def unit_output(unit: Unit, *, parent_name: str | None = None) -> UnitShape:
    """Shape one unit whose parent's name is known."""
    return {
        "id": str(unit.uuid),
        "facet": unit.facet,
        "code": unit.code,
        "name": unit.name,
        "type": unit.type,
        "parent_name": parent_name,
    }


def unit_outputs(units: Iterable[Unit]) -> dict[int, UnitShape]:
    """Shape units by id, parents' names included; at most one query however many there are."""
    unique = {unit.pk: unit for unit in units}
    names = parent_names(unique.values())
    return {pk: unit_output(unit, parent_name=names[pk]) for pk, unit in unique.items()}
