"""Serve the built front end's two pages; its hashed assets are served by WhiteNoise."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

# The citizen entry's own routes; anything else is shown by the same page as "not found", with the honest status.
_CITIZEN_ROUTES = re.compile(
    r"^(dang-ky|dang-nhap|quen-mat-khau|ho-so(/can-cuoc)?|quyen-rieng-tu|dat-lai-mat-khau/[^/]+|vao-thi/[^/]+|thi/[^/]+"
    r"|ket-qua/[^/]+|xep-hang/[^/]+|the-le/[^/]+|bang/[^/]+)?/?$"
)
_NOT_BUILT = (
    "<!doctype html><html lang=vi><meta charset=utf-8><title>Hội Thi</title><p>Giao diện chưa được dựng. "
    "Chạy <code>python3 run.py</code>.</p>"
)


@require_safe
@ensure_csrf_cookie
def citizen(request: HttpRequest, route: str = "") -> HttpResponse:
    """Answer the citizen entry."""
    return _page("index.html", status=200 if _CITIZEN_ROUTES.match(route) else 404)


@require_safe
@ensure_csrf_cookie
def staff(request: HttpRequest, route: str = "") -> HttpResponse:
    """Answer the staff entry."""
    return _page("staff.html", status=200)


def _page(name: str, *, status: int) -> HttpResponse:
    path = settings.FRONTEND_DIST / name
    try:
        response = HttpResponse(_read(path, path.stat().st_mtime_ns), status=status)
    except OSError:
        return HttpResponse(_NOT_BUILT, status=503)
    # The page names hashed assets: it must be asked for anew, they may be kept for ever.
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=8)
def _read(path: Path, _modified_ns: int) -> bytes:
    return path.read_bytes()
