"""Input serializers that refuse what they do not know, for every app's `rest/inputs.py`."""

from typing import Any

from rest_framework import serializers

from backend.core.errors import UnknownField

_NAMED_FIELDS = 5


class StrictInput(serializers.Serializer[dict[str, Any]]):
    """An unknown field or filter is an error (400 `unknown_field`), never a silence."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = sorted(set(data) - set(self.fields)) if hasattr(data, "keys") else []
        if unknown:
            raise UnknownField(names=", ".join(str(name)[:40] for name in unknown[:_NAMED_FIELDS]))
        values: dict[str, Any] = super().to_internal_value(data)
        return values


def read_input(input_class: type[StrictInput], data: Any) -> dict[str, Any]:
    """Return the valid values. Raises DRF's ValidationError or UnknownField."""
    body = input_class(data=data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    return values
