"""Refuse in allauth's own format, for what allauth does not refuse itself."""

from django.http import JsonResponse

from backend.accounts.sentences import sentence


def refuse(code: str, *, status: int, param: str | None = None, retry_after_s: int | None = None) -> JsonResponse:
    """Return `{"status", "errors": [{"message", "code", "param"?}]}`."""
    error = {"message": sentence(code), "code": code, **({"param": param} if param else {})}
    response = JsonResponse({"status": status, "errors": [error]}, status=status)
    response["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response
