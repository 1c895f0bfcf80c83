"""Limits that all processes share, counted in Valkey without locks. Where Valkey is away everybody passes, and a log
line says so: five hundred citizens must not be locked out because a cache is down."""

import hashlib
import hmac
from dataclasses import dataclass

import redis
import structlog
from django.conf import settings

from backend.infra import keys, valkey

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most_count` in a window of `window_s` seconds, which starts with the first."""

    name: str
    most_count: int
    window_s: int


def take(limit: Limit, subject: str) -> int:
    """Count one for the subject. Return 0 where it may pass, else the seconds until the window ends."""
    key = _key(limit, subject)
    try:
        with valkey.client().pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, limit.window_s, nx=True)
            pipeline.ttl(key)
            count, _, left_s = pipeline.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("limit_not_counted", limit=limit.name, error=type(error).__name__)
        return 0
    return 0 if count <= limit.most_count else max(int(left_s), 1)


def give_back(limit: Limit, subject: str) -> None:
    """Uncount one: what succeeded was no attack."""
    key = _key(limit, subject)
    try:
        with valkey.client().pipeline() as pipeline:
            pipeline.decr(key)
            pipeline.expire(key, limit.window_s, nx=True)
            pipeline.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("limit_not_counted", limit=limit.name, error=type(error).__name__)


def _key(limit: Limit, subject: str) -> str:
    """Name the counter without naming the person: e-mail addresses do not belong in Valkey."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{limit.name}:{subject}".encode(), hashlib.sha256)
    return keys.counter(limit.name, digest.hexdigest()[:32])
