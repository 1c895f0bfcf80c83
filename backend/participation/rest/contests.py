"""Contests with their counts: the home page of every face."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.contests import queries
from backend.contests.shapes import PredictionOutput
from backend.infra import clock
from backend.participation.overview import describe_contests


class TotalsOutput(serializers.Serializer[object]):
    people = serializers.IntegerField()
    entries = serializers.IntegerField()
    all_correct = serializers.IntegerField(allow_null=True, help_text="Null until the rules let results be seen.")
    as_of = serializers.DateTimeField()


class DocumentBriefOutput(serializers.Serializer[object]):
    key = serializers.CharField()
    number = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    title = serializers.CharField()


class PrizeOutput(serializers.Serializer[object]):
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="How many of it are given each round.")
    amount_vnd = serializers.IntegerField(allow_null=True, help_text="Null where the rulebook states no amount.")
    condition = serializers.CharField(
        allow_null=True, help_text="Which unit receives it; null where it is for persons, down the ranking."
    )


class RulebookOutput(serializers.Serializer[object]):
    question_count = serializers.IntegerField(help_text="Of a paper, the essays that close it left out.")
    essay_count = serializers.IntegerField()
    duration_s = serializers.IntegerField(allow_null=True)
    attempts_per_round = serializers.IntegerField(allow_null=True)
    counts = serializers.CharField()
    prediction = PredictionOutput(allow_null=True)
    ranking = serializers.ListField(child=serializers.CharField())
    result_shown = serializers.CharField()
    keys_shown = serializers.CharField()
    minimum_age = serializers.IntegerField(allow_null=True)
    demands_identity = serializers.BooleanField(help_text="Nobody starts without an identity number.")
    prizes = PrizeOutput(many=True, help_text="In the rulebook's order; often none.")


class BestAttemptOutput(serializers.Serializer[object]):
    attempt = serializers.UUIDField()
    correct_count = serializers.IntegerField()
    points = serializers.IntegerField(allow_null=True)
    item_count = serializers.IntegerField()


class OwnLineOutput(serializers.Serializer[object]):
    attempts_used = serializers.IntegerField()
    attempts_left = serializers.IntegerField(allow_null=True)
    open_attempt = serializers.UUIDField(allow_null=True)
    best = BestAttemptOutput(allow_null=True)


class RoundOutput(serializers.Serializer[object]):
    uuid = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["upcoming", "open", "closed"])
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    result_shown_at = serializers.DateTimeField(allow_null=True, help_text="Null where results may be seen already.")
    keys_released = serializers.BooleanField()
    totals = TotalsOutput()
    mine = OwnLineOutput(allow_null=True)


class ContestOutput(serializers.Serializer[object]):
    uuid = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    state = serializers.ChoiceField(choices=["upcoming", "open", "between", "closed"])
    is_demo = serializers.BooleanField()
    documents = DocumentBriefOutput(many=True)
    rulebook = RulebookOutput()
    rulebook_lines = serializers.ListField(child=serializers.CharField())
    rulebook_hash = serializers.CharField()
    totals = TotalsOutput()
    rounds = RoundOutput(many=True)


class ContestDetailOutput(ContestOutput):
    server_time = serializers.DateTimeField()


class ContestListOutput(serializers.Serializer[object]):
    server_time = serializers.DateTimeField()
    results = ContestOutput(many=True)


class ContestListView(APIView):
    """Every contest, newest first."""

    permission_classes = ()

    @extend_schema(operation_id="contests_list", responses=ContestListOutput)
    def get(self, request: Request) -> Response:
        now = clock.now()
        described = describe_contests(list(queries.list_contests()), person=_person(request), now=now)
        return Response(ContestListOutput({"server_time": now, "results": described}).data)


class ContestView(APIView):
    """One contest by its key."""

    permission_classes = ()

    @extend_schema(operation_id="contests_get", responses=ContestDetailOutput)
    def get(self, request: Request, key: str) -> Response:
        now = clock.now()
        described = describe_contests([queries.get_contest(key=key)], person=_person(request), now=now)
        return Response(ContestDetailOutput({**described[0], "server_time": now}).data)


def _person(request: Request) -> Person | None:
    return request.user if isinstance(request.user, Person) else None
