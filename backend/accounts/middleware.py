"""Stand before allauth's addresses: only those we use, only sound JSON, only so many from one place."""

import json
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase

from backend.accounts.refusals import refuse
from backend.infra import counters

# allauth also serves phone numbers, further e-mail addresses and codes by mail, which nothing here is made for.
OPEN = {
    "config",
    "current_session",
    "login",
    "signup",
    "reauthenticate",
    "request_password_reset",
    "reset_password",
    "change_password",
    "sessions",
}
# Wide: a ward office signs five hundred people in from one address. allauth's own limits lock around every count, and
# a crowd waiting for one lock is turned away.
LIMITS = {
    "login": counters.Limit("sign_in", most_count=3000, window_s=60),
    "signup": counters.Limit("sign_up", most_count=3000, window_s=60),
    "request_password_reset": counters.Limit("password_reset", most_count=300, window_s=60),
    "reset_password": counters.Limit("password_reset_key", most_count=300, window_s=60),
}


class FrontDoorMiddleware:
    """Innermost, so that CSRF and sessions are settled."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.namespaces[:1] != ["headless"]:
            return None
        if match.url_name not in OPEN:
            return refuse("not_found", status=404)
        limit = LIMITS.get(match.url_name or "")
        if limit and request.method != "GET" and (wait_s := counters.take(limit, get_adapter().get_client_ip(request))):
            return refuse("rate_limited", status=429, retry_after_s=wait_s)
        return _unsound_body(request)


def _unsound_body(request: HttpRequest) -> HttpResponseBase | None:
    """Refuse what allauth's parser would stumble over: forms, deep nesting, NUL and halves of surrogate pairs."""
    try:
        raw = request.body
    except RequestDataTooBig:
        return refuse("body_too_large", status=413)
    if not raw:
        return None
    if request.content_type != "application/json":
        return refuse("unsupported_media_type", status=415)
    try:
        body = json.loads(raw.decode("utf-8"))
        is_sound = isinstance(body, dict) and all(_is_plain(value) for value in body.values())
    except (ValueError, RecursionError):
        is_sound = False
    return None if is_sound else refuse("invalid_input", status=400)


def _is_plain(value: object) -> bool:
    """Tell whether allauth may have the value: text that the database can hold, a flag, null, or a list of such."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, list):
        return all(isinstance(item, str | int) and _is_plain(item) for item in value)
    return value is None or isinstance(value, bool | int)
