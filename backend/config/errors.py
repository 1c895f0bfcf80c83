"""The only place that maps refusals to HTTP statuses and WebSocket close codes."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import get_language
from rest_framework import exceptions, status
from rest_framework.response import Response

from backend.attempts.errors import TryAgain
from backend.core.errors import InvalidInput, NotFound, NotSignedIn, RateLimited, RoleRequired, UserError

log = structlog.get_logger(__name__)

# Every code of the catalogue stands here once; a test compares the two.
STATUSES: dict[str, int] = {
    "invalid_input": 400,
    "unknown_field": 400,
    "not_found": 404,
    "not_signed_in": 401,
    "role_required": 403,
    "rate_limited": 429,
    "body_too_large": 413,
    "method_not_allowed": 405,
    "unsupported_media_type": 415,
    "not_acceptable": 406,
    "bad_request": 400,
    "csrf_failed": 403,
    "question_incomplete": 422,
    "own_question": 403,
    "question_state": 409,
    "question_key_taken": 409,
    "precondition_required": 428,
    "precondition_failed": 412,
    "invalid_name": 400,
    "consent_required": 403,  # at sign-up allauth's answer carries 400
    "consent_outdated": 403,
    "consent_withdrawn": 403,
    "reauthentication_required": 401,
    "too_many_login_attempts": 429,
    "unknown_unit": 400,
    "profile_locked": 409,
    "contest_not_open": 403,
    "contest_closed": 403,
    "round_unfillable": 422,
    "rulebook_frozen": 409,
    "rulebook_unfit": 422,
    "person_excluded": 403,
    "team_unknown": 422,
    "member_unknown": 404,
    "member_listed": 409,
    "age_needed": 409,
    "too_young": 403,
    "identity_needed": 409,
    "identity_not_asked": 409,
    "identity_in_use": 409,
    "identity_locked": 409,
    "account_erased": 409,
    "account_has_roles": 409,
    "attempt_still_running": 409,
    "cursor_refused": 400,
    "regrade_refused": 422,
    "regrade_state": 409,
    "regrade_active": 409,
    "own_regrade": 403,
    "regrade_outdated": 409,
    "board_frozen": 409,
    "board_not_frozen": 409,
    "board_published": 409,
    "round_not_over": 409,
    "publication_state": 409,
    "own_publication": 403,
    "voiding_refused": 422,
    "voiding_state": 409,
    "attempt_in_voiding": 409,
    "own_voiding": 403,
    "own_attempt": 403,
    "mark_refused": 422,
    "essay_marked": 409,
    "essay_not_markable": 409,
    "own_essay": 403,
    "attempt_limit": 409,
    "attempt_limit_contest": 409,
    "attempt_limit_week": 409,
    "attempt_limit_day": 409,
    "attempt_elsewhere": 409,
    "attempt_open": 409,
    "profile_incomplete": 409,
    "attempt_closed": 410,
    "retry": 503,
    "answer_refused": 400,
    "unknown_item": 400,
    "bad_choice": 400,
    "bad_text": 400,
    "text_too_long": 400,
    "seq_conflict": 409,
}


class MethodNotAllowed(UserError):
    code = "method_not_allowed"
    vi = "Địa chỉ này không nhận thao tác đó."
    en = "This address does not take that method."


class UnsupportedMediaType(UserError):
    code = "unsupported_media_type"
    vi = "Dữ liệu phải gửi dưới dạng JSON."
    en = "The data must be sent as JSON."


class NotAcceptable(UserError):
    code = "not_acceptable"
    vi = "Địa chỉ này chỉ trả lời bằng JSON."
    en = "This address answers in JSON only."


class BadRequest(UserError):
    code = "bad_request"
    vi = "Yêu cầu không hợp lệ."
    en = "This request is not valid."


class CsrfFailed(UserError):
    """The token of the page is missing or of another session: a form of another site, or a page open for too long."""

    code = "csrf_failed"
    vi = "Trang này mở đã lâu hoặc trình duyệt chặn cookie. Tải lại trang rồi thử lại."
    en = "This page was open for too long, or cookies are blocked. Reload the page and try again."


_PLAIN: tuple[tuple[tuple[type[Exception], ...], type[UserError]], ...] = (
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), NotSignedIn),
    ((exceptions.PermissionDenied, PermissionDenied), RoleRequired),
    ((exceptions.NotFound, Http404), NotFound),
    ((exceptions.ParseError,), InvalidInput),
    ((exceptions.MethodNotAllowed,), MethodNotAllowed),
    ((exceptions.UnsupportedMediaType,), UnsupportedMediaType),
    ((exceptions.NotAcceptable,), NotAcceptable),
    ((SuspiciousOperation,), BadRequest),
)


def to_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an expected refusal into its response; None lets Django answer 500 with the request's id alone."""
    refusal = error if isinstance(error, UserError) else _translated(error)
    if refusal is None:
        return None
    code = STATUSES[refusal.code]
    body: dict[str, Any] = {**refusal.extra, "code": refusal.code, "detail": refusal.sentence(get_language() or "vi")}
    if refusal.fields:
        body["fields"] = refusal.fields
    headers = {"Retry-After": str(refusal.extra["retry_after_s"])} if "retry_after_s" in refusal.extra else None
    if code == status.HTTP_401_UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Session"}
    return Response(body, status=code, headers=headers)


def _translated(error: Exception) -> UserError | None:
    if isinstance(error, exceptions.ValidationError):
        return InvalidInput(fields=_fields(error.detail))
    if isinstance(error, exceptions.Throttled):
        return RateLimited(retry_after_s=int(getattr(error, "wait", None) or 1))
    # DRF has no class of its own for it; anything else forbidden is a missing role.
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF Failed"):
        return CsrfFailed()
    if isinstance(error, OperationalError | InterfaceError):
        # The database is away, restarts, or had to end a statement: nothing was stored, and asking again is right.
        log.error("database_unavailable", exc_info=error)
        return TryAgain(retry_after_s=2)
    for kinds, refusal in _PLAIN:
        if isinstance(error, kinds):
            return refusal()
    return None


def _fields(detail: Any) -> dict[str, str]:
    if isinstance(detail, dict):
        return {str(name): _first(messages) for name, messages in detail.items()}
    return {"non_field_errors": _first(detail)}


def _first(messages: Any) -> str:
    while isinstance(messages, list | tuple) and messages:
        messages = messages[0]
    if isinstance(messages, dict):
        return _first(list(messages.values()))
    return str(messages)
