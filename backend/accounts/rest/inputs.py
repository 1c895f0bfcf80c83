"""What the accounts addresses take."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import serializers

from backend.core.identity import read_identity_number
from backend.infra import clock
from backend.infra.inputs import StrictInput

_UNREADABLE = (
    "Số căn cước gồm 12 chữ số, in trên thẻ căn cước. Xem lại số vừa nhập.",
    "An identity number has 12 digits and is printed on the identity card. Check what you typed.",
)


class IdentityNumberField(serializers.CharField):
    """Twelve digits that somebody alive may have; what is refused is never repeated in the answer."""

    def to_internal_value(self, data: Any) -> str:
        year = timezone.localdate(clock.now()).year
        digits = read_identity_number(data, year=year) if isinstance(data, str) else None
        if digits is None:
            raise serializers.ValidationError(_UNREADABLE[get_language() == "en"])
        return digits


class IdentityInput(StrictInput):
    number = IdentityNumberField(help_text="Twelve digits; spaces, dots and dashes between them are passed over.")
