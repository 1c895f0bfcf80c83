"""How frames travel: as they are, or through a network that doubles, delays and reorders them."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol

Send = Callable[[str], Awaitable[None]]


class Network(Protocol):
    """Takes a frame on its way; delivers it now, later, or more than once."""

    async def carry(self, frame: str, send: Send) -> None: ...

    def copies(self) -> int:
        """Return how often the client hears one message of the server."""
        ...

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        ...


class Plain:
    """A frame arrives at once, in order, once."""

    async def carry(self, frame: str, send: Send) -> None:
        await send(frame)

    def copies(self) -> int:
        return 1

    async def settle(self) -> None:
        return


class Unruly:
    """A third of the frames is doubled, every copy takes its own time, and answers of the server come twice."""

    def __init__(self, rng: random.Random, *, delay_s: float) -> None:
        self._rng = rng
        self._delay_s = delay_s
        self._under_way: set[asyncio.Task[None]] = set()

    async def carry(self, frame: str, send: Send) -> None:
        for _ in range(1 + (self._rng.random() < 1 / 3)):
            # Most arrive soon; the late ones arrive after much that was sent after them.
            late = self._rng.random() < 1 / 4
            delay_s = self._rng.uniform(0, self._delay_s if late else self._delay_s / 20)
            task = asyncio.create_task(self._deliver(frame, send, delay_s))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def copies(self) -> int:
        return 1 + (self._rng.random() < 1 / 3)

    async def settle(self) -> None:
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    @staticmethod
    async def _deliver(frame: str, send: Send, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        await send(frame)
