"""Connections to Valkey. It carries wake-ups, fan-out and caches: every caller must do without it."""

from functools import cache, lru_cache
from secrets import token_hex
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from backend.infra import keys

# A web request or a task never waits longer than this for something it can do without.
TIMEOUT_S = 0.2


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Return this process's client. Calls raise redis.RedisError within `TIMEOUT_S` where Valkey is away."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)


def async_client() -> redis.asyncio.Redis:
    """Return a new client for the running event loop; whoever asks closes it."""
    pool = redis.asyncio.ConnectionPool.from_url(
        settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=1.0, health_check_interval=0
    )
    kind: Any = pool.connection_class
    pool.connection_class = _loss_told(kind)
    return redis.asyncio.Redis.from_pool(pool)


class _LossTold:
    """Beside a kind of connection: one whose transport is closed already calls itself lost.

    uvloop says RuntimeError for that. Nobody who does without Valkey expects it, and no client tries again for it.
    """

    async def send_packed_command(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().send_packed_command(*args, **kwargs)  # type: ignore[misc]  # of the other base
        except RuntimeError as error:
            raise redis.ConnectionError(str(error)) from error


@cache
def _loss_told(connection_class: type) -> type:
    # Plain, TLS or a socket in the file system: the URL says which.
    return type("LossTold", (_LossTold, connection_class), {})


def get(name: str) -> bytes | None:
    """Return what is kept under a key. Raises redis.RedisError."""
    kept = client().get(name)
    return kept if isinstance(kept, bytes) else None


def life() -> str:
    """Return the name of this life of Valkey: a new one after every loss of its data. Raises redis.RedisError."""
    client().set(keys.LIFE, token_hex(4), nx=True)
    name = get(keys.LIFE)
    return name.decode() if name else "lost"


def life_or_none() -> str:
    """Return the life, or "away" where Valkey does not answer: readers then still get their rows."""
    try:
        return life()
    except (redis.RedisError, OSError):
        return "away"
