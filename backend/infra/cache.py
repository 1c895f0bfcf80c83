"""Django's cache on Valkey that forgets instead of failing: without Valkey reads miss and writes are lost."""

from collections.abc import Callable
from typing import Any, TypeVar

import redis
import structlog
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger(__name__)
T = TypeVar("T")


class ForgetfulCache(RedisCache):
    """allauth counts and locks in the cache; its locks are granted while Valkey is away."""

    def add(self, key: Any, value: Any, *args: Any, **options: Any) -> bool:
        return _or(True, lambda: bool(super(ForgetfulCache, self).add(key, value, *args, **options)))

    def get(self, key: Any, default: Any = None, *args: Any, **options: Any) -> Any:
        return _or(default, lambda: super(ForgetfulCache, self).get(key, default, *args, **options))

    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        _or(None, lambda: super(ForgetfulCache, self).set(key, value, *args, **options))

    def delete(self, key: Any, *args: Any, **options: Any) -> bool:
        return _or(False, lambda: bool(super(ForgetfulCache, self).delete(key, *args, **options)))


def _or(fallback: T, call: Callable[[], T]) -> T:
    try:
        return call()
    except (redis.RedisError, OSError) as error:
        log.warning("cache_away", error=type(error).__name__)
        return fallback
