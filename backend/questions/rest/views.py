"""Entry points of the desk: search, write, review. Every answer may hold a key, so none may be kept by a cache."""

from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.accounts.permissions import IsOrganizer
from backend.infra.inputs import read_input
from backend.questions import services
from backend.questions.errors import PreconditionRequired
from backend.questions.queries import desk
from backend.questions.rest import inputs, outputs

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")
_DONE: dict[int, Any] = {200: outputs.QuestionOutput, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED, 422: _REFUSED}


class DeskView(APIView):
    permission_classes = (IsOrganizer,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished["Cache-Control"] = "no-store"
        return finished


class QuestionListView(DeskView):
    @extend_schema(
        operation_id="listQuestions",
        parameters=[inputs.QuestionListInput],
        responses={200: outputs.QuestionListOutput, 400: _REFUSED, 403: _REFUSED},
    )
    def get(self, request: Request) -> Response:
        asked = read_input(inputs.QuestionListInput, request.query_params.dict())
        page = desk.list_questions(inputs.filter_from(asked), after=asked.get("after"), limit=asked["limit"])
        return Response(outputs.QuestionListOutput(outputs.question_list(page)).data)

    @extend_schema(
        operation_id="createQuestion",
        request=inputs.NewQuestionInput,
        responses={201: outputs.QuestionOutput, 400: _REFUSED, 403: _REFUSED, 409: _REFUSED},
    )
    def post(self, request: Request) -> Response:
        given = read_input(inputs.NewQuestionInput, request.data)
        question = services.create_question(
            content=inputs.content_from(given), person=_caller(request), now=_received_at(request), key=given["key"]
        )
        return _detail(question.uuid, status=201)


class QuestionView(DeskView):
    @extend_schema(operation_id="getQuestion", responses={200: outputs.QuestionOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, uuid: UUID) -> Response:
        return _detail(uuid)

    @extend_schema(
        operation_id="updateQuestion",
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)],
        request=inputs.QuestionInput,
        responses={**_DONE, 400: _REFUSED, 412: _REFUSED, 428: _REFUSED},
    )
    def put(self, request: Request, uuid: UUID) -> Response:
        etag = request.headers.get("If-Match", "").removeprefix("W/")
        if not etag:
            raise PreconditionRequired
        given = read_input(inputs.QuestionInput, request.data)
        services.edit_question(uuid=uuid, content=inputs.content_from(given), person=_caller(request), etag=etag)
        return _detail(uuid)


class QuestionSubmitView(DeskView):
    @extend_schema(operation_id="submitQuestion", request=None, responses=_DONE)
    def post(self, request: Request, uuid: UUID) -> Response:
        services.submit_question(uuid=uuid, now=_received_at(request))
        return _detail(uuid)


class QuestionApproveView(DeskView):
    @extend_schema(operation_id="approveQuestion", request=None, responses=_DONE)
    def post(self, request: Request, uuid: UUID) -> Response:
        services.approve_question(uuid=uuid, person=_caller(request), now=_received_at(request))
        return _detail(uuid)


class QuestionReturnView(DeskView):
    @extend_schema(operation_id="returnQuestion", request=inputs.ReturnInput, responses={**_DONE, 400: _REFUSED})
    def post(self, request: Request, uuid: UUID) -> Response:
        given = read_input(inputs.ReturnInput, request.data)
        services.return_question(uuid=uuid, person=_caller(request), reason=given["reason"], now=_received_at(request))
        return _detail(uuid)


class TopicListView(DeskView):
    @extend_schema(operation_id="listTopics", responses={200: outputs.TopicListOutput, 403: _REFUSED})
    def get(self, request: Request) -> Response:
        return Response(outputs.TopicListOutput(outputs.topic_list()).data)


def _detail(uuid: UUID, *, status: int = 200) -> Response:
    shaped = outputs.question_detail(desk.get_question(uuid))
    return Response(outputs.QuestionOutput(shaped).data, status=status, headers={"ETag": shaped["etag"]})


def _caller(request: Request) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _received_at(request: Request) -> datetime:
    received_at = request._request.received_at  # type: ignore[attr-defined]  # set by middleware
    assert isinstance(received_at, datetime)
    return received_at
