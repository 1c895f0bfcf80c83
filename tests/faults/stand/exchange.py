"""The thread that runs a stand's lines: tests and trials come and go, the connections of the servers stay."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from tests.faults.stand.line import Line

T = TypeVar("T")


class Exchange:
    """Lines by name. `do` runs something in their event loop and waits for it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._thread.start()
        self.lines: dict[str, Line] = {}

    def add(self, name: str, target: int) -> int:
        """Open a line to a port; return the port to connect to instead."""
        line = self.lines[name] = Line(target)
        asyncio.run_coroutine_threadsafe(line.start(), self._loop).result(10)
        return line.port

    def do(self, name: str, work: Callable[[Line], T]) -> T:
        async def there() -> T:
            return work(self.lines[name])

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(10)

    def heal(self) -> None:
        for name in self.lines:
            self.do(name, Line.heal)

    def close(self) -> None:
        for line in self.lines.values():
            asyncio.run_coroutine_threadsafe(line.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
