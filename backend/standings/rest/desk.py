"""The organizers' switches for the boards of a contest, and the audit of everything done to them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.contests.enums import RoundState
from backend.contests.queries import get_contest
from backend.infra import clock
from backend.infra.inputs import StrictInput, read_input
from backend.standings import desk, services
from backend.standings.audit import read_audit
from backend.standings.enums import PublicationState
from backend.standings.rest.organizers import OrganizerView, StepInput, caller_of
from backend.standings.rest.outputs import EditionOutput

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class PublicationOutput(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=PublicationState.choices)
    author = serializers.CharField(allow_null=True)
    approver = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class BoardCanOutput(serializers.Serializer[object]):
    freeze = serializers.BooleanField()
    unfreeze = serializers.BooleanField()
    propose = serializers.BooleanField()
    withdraw = serializers.BooleanField()
    confirm = serializers.BooleanField()


class BoardOutput(serializers.Serializer[object]):
    round = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in RoundState])
    is_over = serializers.BooleanField(help_text="Closed for everybody: no attempt is open.")
    frozen_at = serializers.DateTimeField(allow_null=True)
    is_preparing = serializers.BooleanField(help_text="The frozen lines are being copied; the public still sees live.")
    publication = PublicationOutput(allow_null=True)
    editions = EditionOutput(many=True)
    can = BoardCanOutput()


class BoardListOutput(serializers.Serializer[object]):
    results = BoardOutput(many=True)


class AuditInput(StrictInput):
    after = serializers.CharField(required=False, allow_null=True, default=None, max_length=600)
    limit = serializers.IntegerField(required=False, default=30, min_value=1, max_value=100)


class AuditStepOutput(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=["regrade", "voiding", "board"])
    move = serializers.CharField()
    actor = serializers.CharField(allow_null=True, help_text="Null where it followed from something else.")
    reason = serializers.CharField()
    subject = serializers.UUIDField(help_text="The regrade, the voiding or the round.")
    round_number = serializers.IntegerField(allow_null=True)
    is_marks = serializers.BooleanField(help_text="Of a regrade: it enters essay marks and corrects no key.")


class AuditOutput(serializers.Serializer[object]):
    results = AuditStepOutput(many=True)
    next = serializers.CharField(allow_null=True)


_DONE: dict[int, Any] = {200: BoardListOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED}


class BoardListView(OrganizerView):
    @extend_schema(operation_id="listBoards", responses={200: BoardListOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str) -> Response:
        return _boards(request, key)


class FreezeView(OrganizerView):
    @extend_schema(operation_id="freezeBoard", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.freeze_standings, request, key, uuid)


class UnfreezeView(OrganizerView):
    @extend_schema(operation_id="unfreezeBoard", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.unfreeze_standings, request, key, uuid)


class ProposeView(OrganizerView):
    @extend_schema(operation_id="proposePublication", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.propose_publication, request, key, uuid)


class WithdrawView(OrganizerView):
    @extend_schema(operation_id="withdrawPublication", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.withdraw_publication, request, key, uuid)


class ConfirmView(OrganizerView):
    @extend_schema(operation_id="confirmPublication", request=StepInput, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.confirm_publication, request, key, uuid)


class AuditView(OrganizerView):
    @extend_schema(
        operation_id="readAudit",
        parameters=[AuditInput],
        responses={200: AuditOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        wish = read_input(AuditInput, request.query_params.dict())
        return Response(AuditOutput(read_audit(get_contest(key=key), **wish)).data)


def _step(step: Callable[..., object], request: Request, key: str, uuid: UUID) -> Response:
    one = desk.find_round(get_contest(key=key), uuid)
    given = read_input(StepInput, request.data)
    step(of=one, actor=caller_of(request), now=clock.now(), reason=given["reason"])
    return _boards(request, key)


def _boards(request: Request, key: str) -> Response:
    found = desk.describe_boards(get_contest(key=key), person=caller_of(request), now=clock.now())
    return Response(BoardListOutput({"results": found}).data)
