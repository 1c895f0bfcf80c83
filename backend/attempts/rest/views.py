"""Start, resume, answer without a socket, submit."""

import math
import time
from datetime import datetime
from typing import cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.devices import device_digest
from backend.accounts.models import Person
from backend.attempts import queries, services
from backend.attempts.models import Attempt
from backend.attempts.pacing import COUNTED, writes
from backend.attempts.rest.inputs import AnswersInput, SubmitInput
from backend.attempts.rest.outputs import AnswersOutput, AttemptOutput, SubmittedOutput, WaitingOutput
from backend.attempts.services import Submission
from backend.attempts.shapes import attempt_shape, waiting_shape
from backend.contests.queries import get_round
from backend.core.errors import NotFound, RateLimited
from backend.infra.ratelimit import KeyedBuckets

_misses = KeyedBuckets(per_s=0.5, burst=30)
_GONE = OpenApiResponse(description="`attempt_closed`: nothing was stored.")


class ParticipantView(APIView):
    """What the attempt views share: who asks, when the request came in, and how often."""

    def person(self) -> Person:
        return cast(Person, self.request.user)

    def received_at(self) -> datetime:
        return cast(datetime, self.request._request.received_at)  # type: ignore[attr-defined]  # set by the middleware

    def own_attempt(self, uuid: UUID) -> Attempt:
        """Return the caller's attempt. Raises NotFound, and RateLimited for who goes on guessing."""
        try:
            return queries.get_own_attempt(person=self.person(), uuid=uuid)
        except NotFound:
            self.spend(_misses)
            raise

    def spend(self, buckets: KeyedBuckets) -> None:
        """Take one of the caller's tokens, unless `bell` has for this request. Raises RateLimited."""
        if buckets is writes and getattr(self.request._request, "scope", {}).get(COUNTED):
            return
        if wait_s := buckets.take(self.person().pk, time.monotonic()):
            raise RateLimited(retry_after_s=math.ceil(wait_s))


class StartAttemptView(ParticipantView):
    @extend_schema(
        operation_id="startAttempt",
        request=None,
        parameters=[OpenApiParameter("X-Waiting-Ticket", str, OpenApiParameter.HEADER, description="Of the last 202.")],
        responses={
            201: AttemptOutput,
            202: OpenApiResponse(WaitingOutput, description="Many start at this moment: a place in the line."),
            200: OpenApiResponse(AttemptOutput, description="The attempt that was open already."),
            403: OpenApiResponse(description="`contest_not_open`, `contest_closed`, `consent_required`, `too_young`."),
            409: OpenApiResponse(
                description="`attempt_limit`, `attempt_elsewhere`, and what the profile lacks: `profile_incomplete`, "
                "`age_needed`, `identity_needed`."
            ),
        },
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Hand the caller a paper, return the one that is open, or tell the caller's place in the line."""
        # The crowd at the opening bell is served by `attempts.bell` before it gets here.
        self.spend(writes)
        person, one, now = self.person(), get_round(uuid=uuid), self.received_at()
        ticket = request.headers.get("X-Waiting-Ticket")
        waiting = services.enter(person=person, round=one, ticket=ticket, now=now)
        if waiting is not None:
            return Response(WaitingOutput(waiting_shape(waiting)).data, status=status.HTTP_202_ACCEPTED)
        device = device_digest(request._request, contest_id=one.contest_id)
        attempt, created = services.start_attempt(person=person, round=one, now=now, device=device)
        body = AttemptOutput(attempt_shape(attempt, now=now)).data
        return Response(body, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)


class AttemptView(ParticipantView):
    @extend_schema(operation_id="getAttempt", responses={200: AttemptOutput})
    def get(self, request: Request, uuid: UUID) -> Response:
        """Resume: the same body as at the start, with everything saved."""
        return Response(AttemptOutput(attempt_shape(self.own_attempt(uuid), now=self.received_at())).data)


class AnswersView(ParticipantView):
    @extend_schema(operation_id="recordAnswers", request=AnswersInput, responses={200: AnswersOutput, 410: _GONE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Store answers without a socket; the response comes after the commit."""
        self.spend(writes)
        body = AnswersInput(data=request.data)
        body.is_valid(raise_exception=True)
        at = self.received_at()
        told = services.record_journal(
            attempt=self.own_attempt(uuid), answers=body.validated_data["answers"], received_at=at
        )
        return Response(AnswersOutput({"saved": told.saved, "refused": told.refused, "server_time": at}).data)


class SubmitAttemptView(ParticipantView):
    @extend_schema(operation_id="submitAttempt", request=SubmitInput, responses={200: SubmittedOutput})
    def post(self, request: Request, uuid: UUID) -> Response:
        """End the attempt; asked again, the same receipt."""
        self.spend(writes)
        body = SubmitInput(data=request.data)
        body.is_valid(raise_exception=True)
        asked = Submission(self.own_attempt(uuid).pk, body.validated_data["prediction"], self.received_at())
        return Response(SubmittedOutput(services.submit_and_wait(asked)).data)
