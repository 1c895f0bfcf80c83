"""What the accounts addresses answer."""

from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from rest_framework import serializers

from backend.accounts.consents import ConsentText
from backend.accounts.models import Identity, Person
from backend.accounts.sealing import unseal
from backend.core.identity import HIDDEN, mask_identity_number

log = structlog.get_logger(__name__)


class ConsentTextOutput(serializers.Serializer[ConsentText]):
    version = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField(), min_length=4, max_length=4)
    text = serializers.CharField()


class IdentityOutput(serializers.Serializer[dict[str, Any]]):
    masked = serializers.CharField(allow_null=True, help_text="The last three digits, if readable; null: none stated.")
    stated_at = serializers.DateTimeField(allow_null=True)
    locked = serializers.BooleanField(help_text="An attempt needed the number: it cannot change any more.")


def identity_of(person: Person, held: Identity | None) -> dict[str, Any]:
    """Shape the person's own number, for nobody else's eyes."""
    if held is None:
        return IdentityOutput({"masked": None, "stated_at": None, "locked": False}).data
    shape = {
        "masked": _masked(person, held),
        "stated_at": held.stated_at,
        "locked": held.locked_at is not None,
    }
    return IdentityOutput(shape).data


def _masked(person: Person, held: Identity) -> str:
    try:
        return mask_identity_number(unseal(bytes(held.sealed), bytes(held.nonce), person=person.uuid))
    except InvalidTag:
        # Sealed with other keys. That a number is stated is known all the same, and its person may take it back.
        log.error("identity_unreadable", person=str(person.uuid))
        return HIDDEN
