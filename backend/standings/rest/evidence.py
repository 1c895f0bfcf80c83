"""The evidence of a wrong key: the questions a contest asks, and what people chose at them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.contests.queries import get_contest
from backend.infra import clock
from backend.infra.inputs import StrictInput, read_input
from backend.standings import evidence
from backend.standings.rest.evidence_outputs import ContestQuestionListOutput, QuestionChoicesOutput
from backend.standings.rest.organizers import OrganizerView


class ContestQuestionsInput(StrictInput):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    question = serializers.UUIDField(required=False, allow_null=True, default=None)
    after = serializers.CharField(required=False, allow_null=True, default=None, max_length=18)
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=50)


class ContestQuestionListView(OrganizerView):
    @extend_schema(
        operation_id="listContestQuestions", parameters=[ContestQuestionsInput], responses=ContestQuestionListOutput
    )
    def get(self, request: Request, key: str) -> Response:
        asked = evidence.AskedQuestions(**read_input(ContestQuestionsInput, request.query_params.dict()))
        found = evidence.list_contest_questions(get_contest(key=key), asked)
        return Response(ContestQuestionListOutput(found).data)


class QuestionChoicesView(OrganizerView):
    @extend_schema(operation_id="getQuestionChoices", responses=QuestionChoicesOutput)
    def get(self, request: Request, key: str, uuid: UUID, version: int) -> Response:
        contest = get_contest(key=key)
        found = evidence.describe_choices(contest, question=uuid, version=version, now=clock.now())
        return Response(QuestionChoicesOutput(found).data)
