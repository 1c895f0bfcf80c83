"""What Django refuses before any view of ours is asked: foreign hosts, forms of other sites, unknown files."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language

from backend.config.errors import STATUSES, BadRequest, CsrfFailed
from backend.core.errors import NotFound, RoleRequired, UserError


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer what no honest browser sends, such as a foreign Host. Nothing of it is repeated."""
    return _refusal(request, BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _refusal(request, RoleRequired())


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _refusal(request, NotFound())


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Answer a write without the page's token, with no word on which part was missing."""
    return _refusal(request, CsrfFailed())


def _refusal(request: HttpRequest, error: UserError) -> JsonResponse:
    status, detail = STATUSES[error.code], error.sentence(get_language() or "vi")
    if request.path.startswith("/_allauth/"):
        # allauth's clients read its own format alone.
        return JsonResponse({"status": status, "errors": [{"message": detail, "code": error.code}]}, status=status)
    return JsonResponse({"code": error.code, "detail": detail}, status=status)
