"""Boards of a round or a unit, and the caller's own result."""

import math
import time
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Person
from backend.accounts.permissions import IsOrganizer
from backend.attempts.queries import get_own_attempt
from backend.contests.queries import get_round
from backend.core.errors import NotFound, RateLimited
from backend.infra import clock
from backend.infra.inputs import read_input
from backend.infra.ratelimit import KeyedBuckets
from backend.standings.boards import Asked, read_board
from backend.standings.outcome import describe_result
from backend.standings.rest.inputs import StandingsInput
from backend.standings.rest.outputs import ResultOutput, StandingsOutput

# By person, as at the attempts' own addresses: who goes on guessing is slowed down.
_misses = KeyedBuckets(per_s=0.5, burst=30)


class StandingsView(APIView):
    """A page of the board of a round, or of one unit within it, with the caller's own line."""

    permission_classes = ()

    @extend_schema(operation_id="standings_get", parameters=[StandingsInput], responses=StandingsOutput)
    def get(self, request: Request, uuid: UUID) -> Response:
        asked = Asked(**read_input(StandingsInput, request.query_params.dict()))
        if asked.key_version is not None or asked.live:
            IsOrganizer().has_permission(request, self)
        person = request.user if isinstance(request.user, Person) else None
        board = read_board(get_round(uuid=uuid), asked=asked, person=person, now=clock.now())
        return Response(StandingsOutput(board).data)


class ResultView(APIView):
    """The caller's own result of one attempt; keys and proofs once they are released."""

    @extend_schema(operation_id="attempts_result", responses=ResultOutput)
    def get(self, request: Request, uuid: UUID) -> Response:
        assert isinstance(request.user, Person)
        try:
            attempt = get_own_attempt(person=request.user, uuid=uuid)
        except NotFound:
            if wait_s := _misses.take(request.user.pk, time.monotonic()):
                raise RateLimited(retry_after_s=math.ceil(wait_s)) from None
            raise
        return Response(ResultOutput(describe_result(attempt, now=clock.now())).data)
