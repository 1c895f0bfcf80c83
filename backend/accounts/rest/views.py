"""Entry points: the consent text, one's own identity number."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import services
from backend.accounts.consents import consent_text
from backend.accounts.guessing import counted_guess
from backend.accounts.models import Person
from backend.accounts.queries import get_identity
from backend.accounts.rest.inputs import IdentityInput
from backend.accounts.rest.outputs import ConsentTextOutput, IdentityOutput, identity_of
from backend.infra.inputs import read_input

_REFUSED = OpenApiResponse(description="Refused; `code` says why.")


class CurrentConsentView(APIView):
    """Open to all: it is read before there is an account."""

    permission_classes = ()

    @extend_schema(operation_id="getCurrentConsent", responses={200: ConsentTextOutput})
    def get(self, request: Request) -> Response:
        text = consent_text(version=settings.CONSENT_VERSION, language="en" if get_language() == "en" else "vi")
        return Response(ConsentTextOutput(text).data)


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
            409: OpenApiResponse(description="`identity_in_use`, `identity_locked`."),
            429: _REFUSED,
        },
    )
    def put(self, request: Request) -> Response:
        number, person = read_input(IdentityInput, request.data)["number"], _caller(request)
        at = request._request.received_at  # type: ignore[attr-defined]  # set by middleware
        with counted_guess(person=person, place=get_adapter().get_client_ip(request._request)):
            held = services.state_identity(person=person, number=number, at=at)
        return Response(identity_of(person, held))

    @extend_schema(
        operation_id="takeBackOwnIdentity", request=None, responses={204: None, 401: _REFUSED, 409: _REFUSED}
    )
    def delete(self, request: Request) -> Response:
        services.take_back_identity(person=_caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _caller(request: Request) -> Person:
    assert isinstance(request.user, Person)
    return request.user
