"""Shapes of the participation answers."""

from rest_framework import serializers

from backend.participation.rest.contests import RoundOutput
from backend.units.enums import Facet
from backend.units.shapes import UnitOutput


class CellOutput(serializers.Serializer[object]):
    people = serializers.IntegerField(allow_null=True)
    entries = serializers.IntegerField(allow_null=True)
    all_correct = serializers.IntegerField(allow_null=True)


class HourOutput(serializers.Serializer[object]):
    hour = serializers.DateTimeField()
    entries = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)


class TileOutput(serializers.Serializer[object]):
    col = serializers.IntegerField()
    row = serializers.IntegerField()


class PlacedUnitOutput(UnitOutput):
    tile = TileOutput(allow_null=True)
    area_km2 = serializers.FloatField(allow_null=True)
    has_children = serializers.BooleanField()


class HeadcountOutput(serializers.Serializer[object]):
    count = serializers.IntegerField()
    as_of = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named like the option of serializers


class UnitLineOutput(CellOutput):
    unit = PlacedUnitOutput()
    headcount = HeadcountOutput(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    suppressed = serializers.BooleanField(help_text="Hidden: fewer than five people, or needed to keep such a cell.")


class DefinitionsOutput(serializers.Serializer[object]):
    entries = serializers.CharField()
    people = serializers.CharField()
    all_correct = serializers.CharField()


class ParticipationOutput(serializers.Serializer[object]):
    facet = serializers.ChoiceField(choices=Facet.choices)
    parent = UnitOutput(allow_null=True)
    epoch = serializers.CharField()
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    definitions = DefinitionsOutput()
    totals = CellOutput()
    hours = HourOutput(many=True)
    results = UnitLineOutput(many=True)


class MinuteOutput(serializers.Serializer[object]):
    minute = serializers.DateTimeField()
    count = serializers.IntegerField()


class MonitorOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField()
    round = RoundOutput()
    started = serializers.IntegerField()
    open = serializers.IntegerField()
    submitted = serializers.IntegerField()
    expired = serializers.IntegerField()
    answers_saved = serializers.IntegerField()
    submitted_per_minute = MinuteOutput(many=True)
