"""What the accounts addresses answer."""

from rest_framework import serializers

from backend.accounts.consents import ConsentText


class ConsentTextOutput(serializers.Serializer[ConsentText]):
    version = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField(), min_length=4, max_length=4)
    text = serializers.CharField()
