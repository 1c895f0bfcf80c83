"""Keep what is the same for everybody while nothing is written: bounded, in one process, by the snapshot's version.

Equal versions of one server saw the same rows (decision 9). So what is found here was read from the rows that the
caller's own snapshot holds, and a process that keeps nothing answers the same.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from backend.infra.reading import Stamp

V = TypeVar("V")


class Kept(Generic[V]):
    """The last `most` values, by what was asked and the version that was read. Values are shared: never change one."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: Hashable, stamp: Stamp, read: Callable[[], V]) -> V:
        """Return what was read of this version, or read it now, in the snapshot of the stamp.

        `asked` names everything beside the rows that the value depends on. Within a transaction of the caller nothing
        is kept: it sees its own rows, which no version counts.
        """
        if not stamp.is_alone:
            return read()
        key = (asked, stamp.version)
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = read()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
