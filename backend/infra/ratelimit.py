"""Token buckets in this process's memory: limits that cost nothing and survive the loss of Valkey."""

from collections import OrderedDict
from collections.abc import Hashable


class TokenBucket:
    """`per_s` tokens flow in up to `burst`; time is passed in, in seconds of any steady clock."""

    __slots__ = ("_at", "_burst", "_per_s", "_tokens")

    def __init__(self, *, per_s: float, burst: int, now: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one token and return 0.0, or take none and return the seconds until there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_s)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._per_s


class KeyedBuckets:
    """A bucket for every key, the least recently used forgotten first: memory stays bounded under any flood."""

    def __init__(self, *, per_s: float, burst: int, capacity: int = 10_000) -> None:
        self._per_s = per_s
        self._burst = burst
        self._capacity = capacity
        self._buckets: OrderedDict[Hashable, TokenBucket] = OrderedDict()

    def take(self, key: Hashable, now: float) -> float:
        """Take one of the key's tokens and return 0.0, or return the seconds until there is one."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(per_s=self._per_s, burst=self._burst, now=now)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(now)

    def clear(self) -> None:
        """Forget everything."""
        self._buckets.clear()
