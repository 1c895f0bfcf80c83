"""Measure how late the event loop runs: what every socket of the process waits, whoever causes it."""

import asyncio

from prometheus_client import Histogram

EVERY_S = 0.05
MOST_S = 60.0  # a machine that was suspended for hours is not made slow once more by counting them
LAG = Histogram(
    "hoithi_loop_lag_seconds",
    "How late the event loop ran what was due, by twentieths of a second of time passed.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)


async def watch_loop() -> None:
    """Observe until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due_at = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        late_s = min(MOST_S, max(0.0, loop.time() - due_at))
        LAG.observe(late_s)
        # Whoever came due meanwhile waited too: a standstill of a second is not one bad moment among many good ones.
        while (late_s := late_s - EVERY_S) > 0:
            LAG.observe(late_s)
