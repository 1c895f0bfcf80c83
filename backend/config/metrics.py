"""Prometheus metrics of all web processes of this machine, and of the outbox."""

import os
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from backend.infra import clock
from backend.participation.queries import outbox_state


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer to the bearer of METRICS_TOKEN alone; for anybody else the address does not exist."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(given.encode(), expected.encode()):
        raise Http404
    return HttpResponse(generate_latest(_registry()) + generate_latest(_outbox()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """One process answers the scrape for all its siblings where they share PROMETHEUS_MULTIPROC_DIR."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
    return registry


def _outbox() -> CollectorRegistry:
    registry = CollectorRegistry()
    state = outbox_state(now=clock.now())
    Gauge("hoithi_outbox_rows", "Counts not folded yet.", registry=registry).set(state.row_count)
    Gauge("hoithi_outbox_age_seconds", "Age of the oldest count not folded yet.", registry=registry).set(state.age_s)
    return registry
