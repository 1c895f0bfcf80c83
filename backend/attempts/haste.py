"""Notice answers that come faster than a person can press. No clock of its own; what is sent again is not counted."""

from collections import OrderedDict

from backend.infra.ratelimit import TokenBucket

# Thirty in a second are noticed, and so is twice that rate of a fast thumb kept up for long. A phone that comes out of
# a tunnel sends one answer a place at once: that many are never too many.
SUSTAINED_PER_S = 5
BURST = 24
_CAPACITY = 10_000


class Haste:
    """Watches one attempt. Tells once."""

    __slots__ = ("_bucket", "_is_told", "_top")

    def __init__(self, *, places: int, now: float) -> None:
        self._bucket = TokenBucket(per_s=SUSTAINED_PER_S, burst=max(BURST, places), now=now)
        self._top = 0
        self._is_told = False

    def notice(self, seq: int, at: float) -> bool:
        """Take note of an answer; True with the first one that is too many. A `seq` seen before is a repetition."""
        if self._is_told or seq <= self._top:
            return False
        self._top = seq
        self._is_told = self._bucket.take(at) > 0
        return self._is_told


class HasteByAttempt:
    """Watches the attempts that answer without a socket; the least recently seen is forgotten first."""

    def __init__(self, *, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._watched: OrderedDict[int, Haste] = OrderedDict()

    def notice(self, attempt_id: int, *, places: int, seqs: list[int], at: float) -> bool:
        """Take note of answers that came together; True where one of them is the first that is too many."""
        one = self._watched.setdefault(attempt_id, Haste(places=places, now=at))
        self._watched.move_to_end(attempt_id)
        if len(self._watched) > self._capacity:
            self._watched.popitem(last=False)
        return any(one.notice(seq, at) for seq in sorted(seqs))
