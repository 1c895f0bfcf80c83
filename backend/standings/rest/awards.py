"""The prizes of a round over HTTP, for organizers alone."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.contests.queries import get_contest
from backend.core.rules.registry import UNIT_GROUPS, UNIT_MEASURES
from backend.infra import clock
from backend.standings.desk import find_round
from backend.standings.prizegiving import describe_awards
from backend.standings.rest.organizers import OrganizerView
from backend.units.shapes import UnitOutput

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class AwardedPersonOutput(serializers.Serializer[object]):
    rank = serializers.IntegerField()
    name = serializers.CharField(help_text="Masked: initials and given name.")
    unit_name = serializers.CharField()
    correct_count = serializers.IntegerField()
    item_count = serializers.IntegerField()


class PrizeTieOutput(serializers.Serializer[object]):
    rank = serializers.IntegerField()
    count = serializers.IntegerField(help_text="How many people share the rank.")
    places = serializers.IntegerField(help_text="How many of this prize are to be drawn among them.")
    people = AwardedPersonOutput(many=True, help_text="The first of them.")


class PersonAwardOutput(serializers.Serializer[object]):
    prize = serializers.CharField()
    count = serializers.IntegerField(help_text="How many of it the rulebook gives a round.")
    amount_vnd = serializers.IntegerField(allow_null=True)
    receivers = AwardedPersonOutput(many=True, help_text="The first of those who receive it, by rank.")
    receiver_count = serializers.IntegerField()
    ties = PrizeTieOutput(many=True, help_text="People tied over fewer prizes than they are: nobody has decided.")


class TurnoutOutput(serializers.Serializer[object]):
    unit = UnitOutput()
    people = serializers.IntegerField()
    headcount = serializers.IntegerField(allow_null=True)


class UnitAwardOutput(serializers.Serializer[object]):
    prize = serializers.CharField()
    amount_vnd = serializers.IntegerField(allow_null=True)
    by = serializers.ChoiceField(choices=list(UNIT_MEASURES))
    among = serializers.ChoiceField(choices=list(UNIT_GROUPS))
    place = serializers.IntegerField()
    receiver = TurnoutOutput(allow_null=True)
    left_out = serializers.IntegerField(help_text="Units that took part without a stated headcount, by a share.")
    tied_count = serializers.IntegerField()
    tied = TurnoutOutput(many=True, help_text="The first of the units tied at the place: nobody has decided.")


class AwardsOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField()
    final = serializers.BooleanField(help_text="The round is over: predictions decide.")
    edition = serializers.IntegerField(allow_null=True, help_text="The published edition; null: the live board.")
    persons = PersonAwardOutput(many=True, help_text="None where the rulebook names no prize for persons.")
    units = UnitAwardOutput(many=True, help_text="None where the rulebook names no prize for units.")


class AwardsView(OrganizerView):
    @extend_schema(operation_id="readAwards", responses={200: AwardsOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str, uuid: UUID) -> Response:
        one = find_round(get_contest(key=key), uuid)
        return Response(AwardsOutput(describe_awards(one, now=clock.now())).data)
