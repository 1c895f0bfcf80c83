"""What the documents addresses take."""

from rest_framework import serializers

from backend.infra.inputs import StrictInput


class DocumentSearchInput(StrictInput):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
