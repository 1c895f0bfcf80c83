"""Keep what is dear to read for a while, in one process, so that reading it takes a small part of the time."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class _Slot(Generic[V]):
    def __init__(self) -> None:
        self.lock = Lock()
        self.found: tuple[V, float] | None = None


class Lately(Generic[V]):
    """The last value by what was asked, kept `times` as long as it took to read, `most_s` seconds at the longest.

    What is read in less than `from_s` seconds is not kept at all. Who asks while it is being read waits for that. The
    value has to say as of when it is. For few things to ask about: none is ever forgotten.
    """

    def __init__(
        self, *, times: float, from_s: float, most_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._times, self._from_s, self._most_s, self._clock = times, from_s, most_s, clock
        self._slots: dict[Hashable, _Slot[V]] = {}
        self._lock = Lock()

    def get(self, asked: Hashable, read: Callable[[], V]) -> V:
        """Return what was read lately, or read it now."""
        with self._lock:
            slot = self._slots.setdefault(asked, _Slot())
        with slot.lock:
            began = self._clock()
            if slot.found is not None and began < slot.found[1]:
                return slot.found[0]
            value = read()
            ended = self._clock()
            took_s = ended - began
            keeps = took_s >= self._from_s
            slot.found = (value, ended + min(self._most_s, took_s * self._times)) if keeps else None
            return value
