"""Tell the truth about this process and about PostgreSQL, Valkey and the worker."""

import time
from collections.abc import Callable
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from backend.infra import keys

log = structlog.get_logger(__name__)
# A worker says it lives every five seconds; three missed words mean it does not.
WORKER_SILENCE_S = 20.0
TIMEOUT_S = 2.0


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as this process can answer at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where every part works, 503 with the parts that do not."""
    checks = {"postgres": _timed(_postgres), "valkey": _timed(_valkey), "worker": _worker()}
    is_ready = all(check["ok"] for check in checks.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "checks": checks}, status=200 if is_ready else 503
    )


def _timed(check: Callable[[], None]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        log.warning("readiness_check_failed", check=check.__name__.strip("_"), error=type(error).__name__)
        return {"ok": False, "ms": round((time.monotonic() - began) * 1000, 1)}
    return {"ok": True, "ms": round((time.monotonic() - began) * 1000, 1)}


def _postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)


def _valkey() -> None:
    with _client() as client:
        client.ping()


def _worker() -> dict[str, Any]:
    """The worker's last word is kept in Valkey; without Valkey nothing is known, which is not ready."""
    try:
        with _client() as client:
            said_at = client.get(keys.heartbeat("worker"))
    except (redis.RedisError, OSError):
        return {"ok": False, "last_seen_s": None}
    if not isinstance(said_at, bytes | str):
        return {"ok": False, "last_seen_s": None}
    silence = round(time.time() - float(said_at), 1)
    return {"ok": silence <= WORKER_SILENCE_S, "last_seen_s": silence}
