"""The marking desk: essays handed out blind, marks taken. Marks enter a board by a set of changes, never here."""

import math
import time
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Person
from backend.contests.queries import get_contest
from backend.core.errors import RateLimited
from backend.infra import clock
from backend.infra.inputs import StrictInput, read_input
from backend.infra.ratelimit import KeyedBuckets
from backend.results import services
from backend.standings import marking
from backend.standings.rest.marking_outputs import (
    EssaySheetOutput,
    MarkedContestListOutput,
    MarkingOutput,
    NextSheetOutput,
)
from backend.standings.rest.organizers import OrganizerView, caller_of

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")
# By person: nobody reads and marks two essays a second; who copies them out by a script is slowed down.
_pace = KeyedBuckets(per_s=1, burst=40)


class NextSheetInput(StrictInput):
    round = serializers.UUIDField(required=False, allow_null=True, default=None)
    order = serializers.ChoiceField(
        choices=["any", "best"],
        required=False,
        default="any",
        help_text="`best`: whose other answers are among the best comes first, in bands.",
    )


class MarkInput(StrictInput):
    points = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    remark = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class MarkedContestListView(OrganizerView):
    @extend_schema(operation_id="listMarkedContests", responses={200: MarkedContestListOutput, 403: _REFUSED})
    def get(self, request: Request) -> Response:
        return Response(MarkedContestListOutput({"results": marking.list_marked_contests()}).data)


class MarkingView(OrganizerView):
    @extend_schema(operation_id="getMarking", responses={200: MarkingOutput, 403: _REFUSED, 404: _REFUSED})
    def get(self, request: Request, key: str) -> Response:
        shape = marking.describe_marking(get_contest(key=key), marker=caller_of(request), now=clock.now())
        return Response(MarkingOutput(shape).data)


class NextSheetView(OrganizerView):
    @extend_schema(
        operation_id="nextEssay",
        request=NextSheetInput,
        responses={200: NextSheetOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED, 429: _REFUSED},
    )
    def post(self, request: Request, key: str) -> Response:
        marker, contest = _paced(request), get_contest(key=key)
        given = read_input(NextSheetInput, request.data)
        found = marking.next_sheet(
            contest,
            marker=marker,
            round_uuid=given["round"],
            best_first=given["order"] == "best",
            now=clock.now(),
        )
        return Response(NextSheetOutput(found).data)


class SheetView(OrganizerView):
    @extend_schema(
        operation_id="getEssay",
        responses={200: EssaySheetOutput, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED, 429: _REFUSED},
    )
    def get(self, request: Request, key: str, uuid: UUID) -> Response:
        marker = _paced(request)
        shape = marking.describe_sheet(get_contest(key=key), uuid, marker=marker, now=clock.now())
        return Response(EssaySheetOutput(shape).data)


class MarkView(OrganizerView):
    @extend_schema(
        operation_id="markEssay",
        request=MarkInput,
        responses={
            200: EssaySheetOutput, 400: _REFUSED, 403: _REFUSED, 404: _REFUSED, 409: _REFUSED, 422: _REFUSED,
            429: _REFUSED,
        },
    )  # fmt: skip
    def put(self, request: Request, key: str, uuid: UUID) -> Response:
        marker, contest = _paced(request), get_contest(key=key)
        sheet = marking.get_sheet(contest, uuid)
        given = read_input(MarkInput, request.data)
        now = clock.now()
        services.give_mark(sheet=sheet, marker=marker, points=given["points"], remark=given["remark"], now=now)
        shape = marking.describe_sheet(contest, uuid, marker=marker, now=now)
        return Response(EssaySheetOutput(shape).data)


def _paced(request: Request) -> Person:
    """Return who asks. Raises RateLimited."""
    caller = caller_of(request)
    if wait_s := _pace.take(caller.pk, time.monotonic()):
        raise RateLimited(retry_after_s=math.ceil(wait_s))
    return caller
