"""What the units addresses answer."""

from typing import Any

from rest_framework import serializers

from backend.accounts.enums import ConsentKind, Locale, Role
from backend.accounts.models import Person
from backend.accounts.queries import get_profile, list_consents, roles_of
from backend.units.enums import Facet
from backend.units.queries import list_memberships
from backend.units.search import Match
from backend.units.shapes import UnitOutput, unit_outputs


class UnitMatchOutput(UnitOutput):
    matched_alias = serializers.CharField(allow_null=True)


class UnitListOutput(serializers.Serializer[dict[str, Any]]):
    results = UnitMatchOutput(many=True)


class PersonUnitsOutput(serializers.Serializer[dict[str, Any]]):
    territory = UnitOutput(allow_null=True)
    party = UnitOutput(allow_null=True)
    workplace = UnitOutput(allow_null=True)


class ConsentOutput(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(choices=ConsentKind.choices)
    version = serializers.CharField()
    given_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class MeOutput(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField()
    email = serializers.EmailField()
    display_name = serializers.CharField()
    units = PersonUnitsOutput()
    locked = serializers.BooleanField(help_text="Name, date of birth and units are fixed.")
    consents = ConsentOutput(many=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    locale = serializers.ChoiceField(choices=Locale.choices)
    born_on = serializers.DateField(allow_null=True, help_text="Asked for where a contest has a minimum age.")
    born_on_locked = serializers.BooleanField(help_text="An attempt needed the date: it cannot change any more.")


def match_list(matches: list[Match]) -> dict[str, Any]:
    shapes = unit_outputs(match.unit for match in matches)
    return {"results": [{**shapes[match.unit.pk], "matched_alias": match.matched_alias} for match in matches]}


def me(person: Person) -> dict[str, Any]:
    """Shape everything the caller may see of themselves; the number of queries is fixed."""
    profile = get_profile(person)
    memberships = list_memberships(person.pk)
    shapes = unit_outputs(row.unit for row in memberships.values())
    is_locked = any(row.locked_at for row in memberships.values())
    return MeOutput(
        {
            "uuid": person.uuid,
            "email": person.email,
            "display_name": profile.display_name,
            "units": {facet.value: shapes[row.unit_id] if (row := memberships.get(facet)) else None for facet in Facet},
            "locked": is_locked,
            "consents": list_consents(person.pk),
            "roles": sorted(roles_of(person)),
            "locale": profile.locale,
            "born_on": profile.born_on,
            # A date that was never stated may still be.
            "born_on_locked": profile.born_on is not None and (is_locked or profile.born_on_locked_at is not None),
        }
    ).data
