"""Who is calling: allauth's session token for apps, the session cookie for browsers."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class SessionTokenAuthentication(XSessionTokenAuthentication):  # type: ignore[misc]  # allauth ships no types
    """allauth's `X-Session-Token`, with a scheme for the OpenAPI document."""

    def authenticate_header(self, request: Request) -> str:
        # Without this DRF answers 403 where nobody is signed in; the contract says 401.
        return "Session"


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registration is untyped
    """How the OpenAPI document names allauth's token."""

    target_class = SessionTokenAuthentication
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}


class IsSignedIn(BasePermission):
    """Let signed-in persons pass."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated
