"""Every address of the HTTP side."""

from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern, URLResolver

from backend.config import health, pages
from backend.config.metrics import metrics
from backend.config.schema import SchemaView
from backend.config.unknown import UnknownView

urlpatterns: list[URLPattern | URLResolver] = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/", include("backend.accounts.rest.urls")),
    path("api/", include("backend.units.rest.urls")),
    path("api/", include("backend.documents.rest.urls")),
    path("api/", include("backend.questions.rest.urls")),
    path("api/", include("backend.contests.rest.urls")),
    path("api/", include("backend.participation.rest.urls")),
    path("api/", include("backend.standings.rest.urls")),
    path("api/", include("backend.attempts.rest.urls")),
    path("api/schema", SchemaView.as_view()),
    re_path(r"^api(?:/[\s\S]*)?$", UnknownView.as_view()),  # whatever signs follow, a line break too
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", metrics),
    re_path(r"^quan-tri(?:/[\s\S]*)?$", pages.staff),
    re_path(r"^(?P<route>[^.]*)$", pages.citizen),
]
handler400 = "backend.config.refusals.bad_request"
handler403 = "backend.config.refusals.forbidden"
handler404 = "backend.config.refusals.not_found"
handler500 = "backend.config.middleware.server_error"
