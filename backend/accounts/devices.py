"""A random mark of a browser somebody signed in with, so that many accounts on one device can be seen. No fingerprint.

The cookie says nothing of machine or person and is sent to nobody else. What is stored is a keyed digest that differs
by contest: devices cannot be followed from one contest to the next, and a digest cannot be made into a cookie.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE = "device"
DIGEST_BYTES = 16
_MARK = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_YEAR_S = 365 * 24 * 3600
# Where a browser comes by with a signed-in person: nobody who only reads is marked.
_MARKED = {"/api/me", "/_allauth/browser/v1/auth/login", "/_allauth/browser/v1/auth/signup"}


def device_digest(request: HttpRequest, *, contest_id: int) -> bytes | None:
    """Return what is stored of the browser's mark in a contest; None where it has none, or one that is not ours."""
    mark = request.COOKIES.get(COOKIE, "")
    if not _MARK.fullmatch(mark):
        return None
    text = f"device:{contest_id}:{mark}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, hashlib.sha256)[:DIGEST_BYTES]


class DeviceMiddleware:
    """Gives a browser its mark once somebody has signed in with it. Apps, which send a token, get none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 200 and request.path in _MARKED and _is_unmarked_browser(request):
            response.set_cookie(
                COOKIE,
                secrets.token_urlsafe(16),
                max_age=_YEAR_S,
                secure=settings.SECURE_COOKIES,
                httponly=True,
                samesite="Lax",
            )
        return response


def _is_unmarked_browser(request: HttpRequest) -> bool:
    return "X-Session-Token" not in request.headers and not _MARK.fullmatch(request.COOKIES.get(COOKIE, ""))
