"""Give every request an id and a received-at instant, bind the id to its log lines, and answer bugs plainly."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from backend.infra import clock
from backend.infra.sockets.asgi import RECEIVED_AT

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestContextMiddleware:
    """Outermost: what follows may rely on `request.received_at` and on the bound request id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex
        # Stamped when the request was whole; it may have waited for a thread since. Other servers stamp nothing.
        whole_at = getattr(request, "scope", {}).get(RECEIVED_AT)
        request.received_at = whole_at or clock.now()  # type: ignore[attr-defined]  # ours, read by the views
        request.request_id = request_id  # type: ignore[attr-defined]  # ours, read by `server_error`
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        # Answers differ by person and by the second; a phone that is passed on must not show the last one's.
        if request.path.startswith(("/api/", "/_allauth/")) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unplanned failure: the id to quote, nothing of the cause."""
    return JsonResponse(
        {
            "code": "server_error",
            "detail": "Hệ thống gặp lỗi. Câu đã lưu vẫn an toàn. Thử lại sau ít phút.",
            "request_id": getattr(request, "request_id", ""),
        },
        status=500,
    )
