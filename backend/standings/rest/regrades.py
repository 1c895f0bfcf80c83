"""The incident room: corrected keys proposed, computed aside, approved by another person, applied or given up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.contests.queries import get_contest
from backend.core.written import ACCEPTED_MAX, SHORT_TEXT_MAX
from backend.infra import clock
from backend.infra.inputs import StrictInput, read_input
from backend.results import services
from backend.results.enums import KEY_CHANGES
from backend.results.models import Regrade
from backend.standings import incident
from backend.standings.rest.organizers import OrganizerView, StepInput, caller_of
from backend.standings.rest.regrade_outputs import RegradeListOutput, RegradeOutput

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")
_DONE: dict[int, Any] = {200: RegradeOutput, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED}


class ChangeInput(StrictInput):
    question = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=KEY_CHANGES)
    keys = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=20), max_length=20),
        required=False,
        default=list,
        max_length=20,
    )
    texts = serializers.ListField(
        child=serializers.CharField(max_length=SHORT_TEXT_MAX),
        required=False,
        default=list,
        max_length=ACCEPTED_MAX,
        help_text="The right texts of a question answered in words, in the place of `keys`.",
    )


class NewRegradeInput(StrictInput):
    reason = serializers.CharField(max_length=2000)
    changes = serializers.ListField(child=ChangeInput(), required=False, default=list, max_length=100)
    enters_marks = serializers.BooleanField(
        required=False, default=False, help_text="The essays' marks that there are enter with the set."
    )


class RegradeListView(OrganizerView):
    @extend_schema(operation_id="listRegrades", responses={200: RegradeListOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str) -> Response:
        found = incident.list_regrades(get_contest(key=key), person=caller_of(request))
        return Response(RegradeListOutput(found).data)

    @extend_schema(
        operation_id="createRegrade",
        request=NewRegradeInput,
        responses={201: RegradeOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED, 422: _REFUSED},
    )
    def post(self, request: Request, key: str) -> Response:
        contest, given = get_contest(key=key), read_input(NewRegradeInput, request.data)
        made = services.propose_regrade(
            contest=contest,
            changes=incident.plans_from(given["changes"], enters_marks=given["enters_marks"]),
            reason=given["reason"],
            author=caller_of(request),
            now=clock.now(),
        )
        return _detail(request, key, made.uuid, status=201)


class RegradeView(OrganizerView):
    @extend_schema(operation_id="getRegrade", responses={200: RegradeOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str, uuid: UUID) -> Response:
        return _detail(request, key, uuid)


class RegradeComputeView(OrganizerView):
    @extend_schema(operation_id="computeRegrade", request=None, responses=_DONE)
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        regrade = incident.get_regrade(contest=get_contest(key=key), uuid=uuid)
        services.start_computing(regrade=regrade, actor=caller_of(request), now=clock.now())
        return _detail(request, key, uuid)


class RegradeApproveView(OrganizerView):
    @extend_schema(operation_id="approveRegrade", request=StepInput, responses={**_DONE, 400: _REFUSED})
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.approve_regrade, request, key, uuid)


class RegradeApplyView(OrganizerView):
    @extend_schema(operation_id="applyRegrade", request=StepInput, responses={**_DONE, 400: _REFUSED})
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.apply_regrade, request, key, uuid)


class RegradeCancelView(OrganizerView):
    @extend_schema(operation_id="cancelRegrade", request=StepInput, responses={**_DONE, 400: _REFUSED})
    def post(self, request: Request, key: str, uuid: UUID) -> Response:
        return _step(services.cancel_regrade, request, key, uuid)


def _step(step: Callable[..., Regrade], request: Request, key: str, uuid: UUID) -> Response:
    regrade = incident.get_regrade(contest=get_contest(key=key), uuid=uuid)
    given = read_input(StepInput, request.data)
    step(regrade=regrade, actor=caller_of(request), now=clock.now(), reason=given["reason"])
    return _detail(request, key, uuid)


def _detail(request: Request, key: str, uuid: UUID, status: int = 200) -> Response:
    contest = get_contest(key=key)
    regrade = incident.get_regrade(contest=contest, uuid=uuid)
    shape = incident.describe_regrade(regrade, contest, person=caller_of(request), now=clock.now())
    return Response(RegradeOutput(shape).data, status=status)
