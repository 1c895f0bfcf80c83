"""What may be asked of participation."""

from rest_framework import serializers

from backend.infra.inputs import StrictInput
from backend.units.enums import Facet


class ParticipationInput(StrictInput):
    facet = serializers.ChoiceField(choices=Facet.choices, default=Facet.TERRITORY)
    parent = serializers.UUIDField(required=False, allow_null=True, default=None)  # type: ignore[assignment]  # `parent` is what the contract calls it
