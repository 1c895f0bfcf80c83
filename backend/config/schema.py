"""Serve the OpenAPI document to staff and in the demo; to others the address does not exist."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import roles_of
from backend.core.errors import NotFound


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """The contract as generated from the code."""

    permission_classes = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not settings.DEMO_SIGN_INS and not (request.user.is_authenticated and roles_of(request.user)):
            raise NotFound
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # left untyped
        return response
