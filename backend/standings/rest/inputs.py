"""What may be asked of the standings."""

from rest_framework import serializers

from backend.infra.inputs import StrictInput


class StandingsInput(StrictInput):
    unit = serializers.UUIDField(required=False, allow_null=True, default=None)
    after = serializers.CharField(required=False, allow_null=True, default=None, max_length=600)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    key_version = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text="Another version of the answer keys than the one in force. For organizers alone.",
    )
    edition = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text="A published edition of the final board, by its number.",
    )
    live = serializers.BooleanField(
        required=False, default=False, help_text="The live board while the public's is frozen. For organizers alone."
    )
