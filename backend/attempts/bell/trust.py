"""Django's own checks of host and CSRF token, on its own request object: nothing is checked a second way."""

from io import BytesIO

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from rest_framework.authentication import CSRFCheck

from backend.infra.sockets.asgi import Scope

_WRITERS = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
_headers: dict[bool, list[tuple[bytes, bytes]]] = {}


def trusted_request(scope: Scope) -> HttpRequest | None:
    """Return the request where its host is ours and a browser's token fits; None where Django is to refuse it."""
    request = ASGIRequest(scope, BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        return None
    # No page of another site can send this header: apps need no token, exactly as for every other address.
    if "HTTP_X_SESSION_TOKEN" in request.META:
        return request
    check = CSRFCheck(_unused)
    check.process_request(request)
    return request if check.process_view(request, _unused, (), {}) is None else None


def standing_headers(request: HttpRequest) -> list[tuple[bytes, bytes]]:
    """Return the headers that Django's middleware gives every response; asked once, they depend on nothing else."""
    is_secure = request.is_secure()
    if is_secure not in _headers:
        response = HttpResponse(content_type="application/json")
        for name in _WRITERS:
            response = import_string(name)(lambda _, response=response: response)(request)
        response["Cache-Control"] = "no-store"
        _headers[is_secure] = [(key.lower().encode(), value.encode("latin-1")) for key, value in response.items()]
    return _headers[is_secure]


def _unused(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError
