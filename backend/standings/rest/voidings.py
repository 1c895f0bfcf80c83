"""Attempts voided and reinstated: looked up by receipt, proposed with a reason, decided by a second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from backend.contests.queries import get_contest
from backend.infra import clock
from backend.infra.inputs import StrictInput, read_input
from backend.results import services
from backend.results.models import Voiding
from backend.standings import voidings
from backend.standings.rest.organizers import OrganizerView, StepInput, caller_of
from backend.standings.rest.voiding_outputs import VoidingListOutput, VoidingLookUpOutput, VoidingOutput

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")
_DONE: dict[int, Any] = {200: VoidingOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED}


class VoidingPageInput(StrictInput):
    after = serializers.UUIDField(required=False, allow_null=True, default=None)


class VoidingLookUpInput(StrictInput):
    receipt = serializers.CharField(required=False, allow_null=True, default=None, max_length=40)
    attempt = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["receipt"]) == bool(attrs["attempt"]):
            raise ValidationError({"receipt": "Nhập mã biên nhận của lượt thi."})
        return attrs


class NewVoidingInput(StrictInput):
    attempts = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)
    reason = serializers.CharField(max_length=2000)


class VoidingListView(OrganizerView):
    @extend_schema(
        operation_id="listVoidings",
        parameters=[VoidingPageInput],
        responses={200: VoidingListOutput, 403: _REFUSED, 404: _REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        wish = read_input(VoidingPageInput, request.query_params.dict())
        found = voidings.list_voidings(get_contest(key=key), person=caller_of(request), after=wish["after"])
        return Response(VoidingListOutput(found).data)

    @extend_schema(
        operation_id="createVoiding", request=NewVoidingInput, responses={**_DONE, 201: VoidingOutput, 422: _REFUSED}
    )
    def post(self, request: Request, key: str) -> Response:
        contest, given = get_contest(key=key), read_input(NewVoidingInput, request.data)
        made = services.propose_voiding(
            contest=contest,
            attempts=voidings.attempts_from(contest, given["attempts"]),
            reason=given["reason"],
            author=caller_of(request),
            now=clock.now(),
        )
        return _detail(request, key, made.uuid, status=201)


class VoidingLookUpView(OrganizerView):
    """Asked by POST: a receipt belongs into no address and no log."""

    @extend_schema(
        operation_id="lookUpVoidable",
        request=VoidingLookUpInput,
        responses={200: VoidingLookUpOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED},
    )
    def post(self, request: Request, key: str) -> Response:
        contest = get_contest(key=key)
        found = voidings.look_up(contest, **read_input(VoidingLookUpInput, request.data), now=clock.now())
        return Response(VoidingLookUpOutput(found).data)


class VoidingView(OrganizerView):
    @extend_schema(operation_id="getVoiding", responses={200: VoidingOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str, uuid: UUID) -> Response:
        return _detail(request, key, uuid)


class VoidingApproveView(OrganizerView):
    @extend_schema(operation_id="approveVoiding", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.approve_voiding, request, key, uuid)


class VoidingWithdrawView(OrganizerView):
    @extend_schema(operation_id="withdrawVoiding", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.withdraw_voiding, request, key, uuid)


class VoidingAskBackView(OrganizerView):
    @extend_schema(operation_id="askReinstatement", request=StepInput, responses={**_DONE, 422: _REFUSED})
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.ask_reinstatement, request, key, uuid)


class VoidingReinstateView(OrganizerView):
    @extend_schema(operation_id="approveReinstatement", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.approve_reinstatement, request, key, uuid)


class VoidingKeepView(OrganizerView):
    @extend_schema(operation_id="keepVoiding", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.keep_voiding, request, key, uuid)


def _step(step: Callable[..., Voiding], request: Request, key: str, uuid: UUID) -> Response:
    voiding = voidings.get_voiding(contest=get_contest(key=key), uuid=uuid)
    given = read_input(StepInput, request.data)
    step(voiding=voiding, actor=caller_of(request), now=clock.now(), reason=given["reason"])
    return _detail(request, key, uuid)


def _detail(request: Request, key: str, uuid: UUID, status: int = 200) -> Response:
    contest = get_contest(key=key)
    voiding = voidings.get_voiding(contest=contest, uuid=uuid)
    shape = voidings.describe_voiding(voiding, contest, person=caller_of(request))
    return Response(VoidingOutput(shape).data, status=status)
