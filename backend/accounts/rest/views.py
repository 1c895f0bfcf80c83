"""Entry points: the consent text."""

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.consents import consent_text
from backend.accounts.rest.outputs import ConsentTextOutput


class CurrentConsentView(APIView):
    """Open to all: it is read before there is an account."""

    permission_classes = ()

    @extend_schema(operation_id="getCurrentConsent", responses={200: ConsentTextOutput})
    def get(self, request: Request) -> Response:
        text = consent_text(version=settings.CONSENT_VERSION, language="en" if get_language() == "en" else "vi")
        return Response(ConsentTextOutput(text).data)
