"""Entry points: the consent text, and taking one's own consent back."""

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.consents import consent_text
from backend.accounts.models import Person
from backend.accounts.reauthentication import require_recent_password
from backend.accounts.rest.outputs import ConsentTextOutput
from backend.accounts.services import withdraw_consent


class CurrentConsentView(APIView):
    """Open to all: it is read before there is an account."""

    permission_classes = ()

    @extend_schema(operation_id="getCurrentConsent", responses={200: ConsentTextOutput})
    def get(self, request: Request) -> Response:
        text = consent_text(version=settings.CONSENT_VERSION, language="en" if get_language() == "en" else "vi")
        return Response(ConsentTextOutput(text).data)


class OwnConsentView(APIView):
    """The caller's own consent: it may be withdrawn at any time, and not given again by the same account.

    The password is asked for once more (401 `reauthentication_required`): nothing of this can be undone.
    """

    @extend_schema(
        operation_id="withdrawOwnConsent",
        request=None,
        responses={204: None, 401: OpenApiResponse(description="Refused; `code` says why.")},
    )
    def delete(self, request: Request) -> Response:
        assert isinstance(request.user, Person)
        require_recent_password(request)
        at = request._request.received_at  # type: ignore[attr-defined]  # set by middleware
        withdraw_consent(person=request.user, at=at)
        return Response(status=status.HTTP_204_NO_CONTENT)
