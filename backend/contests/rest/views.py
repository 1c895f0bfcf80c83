"""Entry points: one's own identity number, which contests demand and `accounts` keeps; rules as a file, and played."""

import math
import time
from threading import Lock
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.guessing import counted_guess
from backend.accounts.models import Person
from backend.accounts.permissions import IsOrganizer
from backend.accounts.queries import get_identity
from backend.accounts.rest.inputs import IdentityInput
from backend.accounts.rest.outputs import IdentityOutput, identity_of
from backend.accounts.services import take_back_identity
from backend.contests.preview import play_sample
from backend.contests.queries import get_contest, plan_of, rulebook_of
from backend.contests.rest.inputs import PreviewInput
from backend.contests.rest.outputs import PreviewOutput
from backend.contests.services import state_demanded_identity
from backend.core.errors import RateLimited
from backend.infra.inputs import read_input
from backend.infra.ratelimit import KeyedBuckets

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")
# A preview may hold a process for half a second: one at a time in each, and by person no more than a person reads.
_previews = KeyedBuckets(per_s=0.5, burst=30)
_at_play = Lock()


class IdentityView(APIView):
    """The caller's own identity number, asked for where a rulebook demands one."""

    @extend_schema(operation_id="getOwnIdentity", responses={200: IdentityOutput, 401: _REFUSED})
    def get(self, request: Request) -> Response:
        person = _caller(request)
        return Response(identity_of(person, get_identity(person)))

    @extend_schema(
        operation_id="stateOwnIdentity",
        request=IdentityInput,
        responses={
            200: IdentityOutput,
            400: _REFUSED,
            401: _REFUSED,
            403: OpenApiResponse(description="`consent_required`."),
            409: OpenApiResponse(description="`identity_not_asked`, `identity_in_use`, `identity_locked`."),
            429: _REFUSED,
        },
    )
    def put(self, request: Request) -> Response:
        number, person = read_input(IdentityInput, request.data)["number"], _caller(request)
        at = request._request.received_at  # type: ignore[attr-defined]  # set by middleware
        with counted_guess(person=person, place=get_adapter().get_client_ip(request._request)):
            held = state_demanded_identity(person=person, number=number, at=at)
        return Response(identity_of(person, held))

    @extend_schema(
        operation_id="takeBackOwnIdentity", request=None, responses={204: None, 401: _REFUSED, 409: _REFUSED}
    )
    def delete(self, request: Request) -> Response:
        take_back_identity(person=_caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RulebookFileView(APIView):
    """The rules of a contest as the very bytes that were hashed: SHA-256 of the answer is the hash shown."""

    permission_classes = ()

    @extend_schema(operation_id="readRulebook", responses={200: OpenApiTypes.OBJECT, 404: _REFUSED})
    def get(self, request: Request, key: str) -> HttpResponse:
        # Not through the renderer: it would write the same rules in other bytes.
        return HttpResponse(rulebook_of(get_contest(key=key)).canonical(), content_type="application/json")


class PreviewView(APIView):
    """What the rules make of invented attempts, for organizers. Nothing is stored, so it is a GET."""

    permission_classes = (IsOrganizer,)

    @extend_schema(
        operation_id="previewRules",
        parameters=[PreviewInput],
        responses={200: PreviewOutput, 400: _REFUSED, 404: _REFUSED, 429: _REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        asked = read_input(PreviewInput, request.query_params.dict())
        plan, language, zone = plan_of(get_contest(key=key)), get_language() or "vi", ZoneInfo(settings.TIME_ZONE)
        if not _at_play.acquire(blocking=False):
            raise RateLimited(retry_after_s=1)
        try:
            # Last: neither a wrong address nor the wait for somebody else's preview takes one from this person.
            if wait_s := _previews.take(_caller(request).pk, time.monotonic()):
                raise RateLimited(retry_after_s=math.ceil(wait_s))
            preview = play_sample(plan, **asked, zone=zone, language=language)
        finally:
            _at_play.release()
        return Response(PreviewOutput(preview).data)


def _caller(request: Request) -> Person:
    assert isinstance(request.user, Person)
    return request.user
