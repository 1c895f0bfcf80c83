"""Watch the round's live topic as a public board does, and note when which number of entries was shown."""

import asyncio
import json
import time
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from backend.rehearsal.history import History

RECONNECT_S = 0.5


@dataclass(slots=True)
class Observer:
    """`shown` holds (instant, entries) of every tick, in order of arrival. Run `watch` as a task and cancel it."""

    url: str
    round_uuid: str
    history: History
    shown: list[tuple[float, int]] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """Return the highest number of entries shown so far."""
        return max((entries for _, entries in self.shown), default=0)

    async def watch(self) -> None:
        """Subscribe, and again whenever the connection breaks."""
        topic = f"round:{self.round_uuid}"
        while True:
            try:
                async with connect(
                    self.url.replace("http", "ws", 1) + "/ws/topics",
                    origin=Origin(self.url),
                    compression=None,
                    ping_interval=None,
                    proxy=None,
                ) as socket:
                    await socket.send(json.dumps({"t": "sub", "topics": [topic], "seen": {}}))
                    await self._listen(socket)
                cause = "closed"
            except (WebSocketException, OSError, TimeoutError) as error:
                cause = type(error).__name__
            self.history.faults[f"live topic lost: {cause}"] += 1
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self, socket: ClientConnection) -> None:
        async for raw in socket:
            message = json.loads(raw)
            if message["t"] == "tick":
                with suppress(KeyError, TypeError):
                    self.shown.append((time.monotonic(), int(message["data"]["entries"])))


def tick_delays_ms(
    *, submitted_at: Sequence[float], shown: Sequence[tuple[float, int]], base: int, until: float
) -> list[float]:
    """Return, for every submission, how long the board took to count it in, in milliseconds. Pure.

    `base` is the number of entries before the first of them. The k-th submission to be acknowledged is shown by the
    first tick of at least `base + k` entries: a tick carries a number, not names. A tick that came before the ack
    delays by 0; one that had not come by `until`, by the time until then.
    """
    reached: list[int] = []
    at: list[float] = []
    for instant, entries in shown:
        if not reached or entries > reached[-1]:
            reached.append(entries)
            at.append(instant)
    delays: list[float] = []
    for number, acked_at in enumerate(sorted(submitted_at), start=1):
        place = bisect_left(reached, base + number)
        shown_at = at[place] if place < len(at) else until
        delays.append(max(0.0, (shown_at - acked_at) * 1000))
    return delays
