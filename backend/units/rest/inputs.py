"""What the units addresses take."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import serializers

from backend.accounts.birth import can_be_born_on
from backend.accounts.enums import Locale
from backend.accounts.names import tidy_name
from backend.core.errors import UserError
from backend.infra import clock
from backend.infra.inputs import StrictInput
from backend.units.enums import Facet

MAX_RESULTS = 50


class UnitSearchInput(StrictInput):
    facet = serializers.ChoiceField(choices=Facet.choices)
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    parent = serializers.UUIDField(required=False, default=None)  # type: ignore[assignment]  # metaclass takes it away
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=MAX_RESULTS)


class NameField(serializers.CharField):
    """A person's name to show, tidied."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return tidy_name(data)
        except UserError as error:
            raise serializers.ValidationError(error.sentence(get_language() or "vi")) from error


class BirthDateField(serializers.DateField):
    """A day on which somebody alive may have been born."""

    default_error_messages = {"impossible": "Ngày sinh không hợp lý."}  # the base class's own way

    def to_internal_value(self, data: Any) -> date:
        day = super().to_internal_value(data)
        if not can_be_born_on(day, today=timezone.localdate(clock.now())):
            self.fail("impossible")
        return day


class MeInput(StrictInput):
    """Every field may be left out; null clears a unit or the date. One lives somewhere: territory takes no null."""

    display_name = NameField(required=False)
    locale = serializers.ChoiceField(choices=Locale.choices, required=False)
    born_on = BirthDateField(required=False, allow_null=True)
    territory = serializers.UUIDField(required=False)
    workplace = serializers.UUIDField(required=False, allow_null=True)
    party = serializers.UUIDField(required=False, allow_null=True)
