"""F18: every web process is gone at once and a whole crowd comes back, spread by jitter; then in step, to compare."""

import asyncio
import time

from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

SPREAD_S = 30.0
BACK_S = 60.0
# Behind a line this slow a handshake takes a third of a second: whoever comes meanwhile has to wait.
SLOW_S = 0.05
# The short form's crowd is too small for the stand's bound: its web processes come back with one of their own.
SHORT_SPREAD_S, SHORT_BOUND = 3.0, 2


async def storm(scene: Scene) -> None:
    """F18: every web process is gone at once; the crowd comes back spread by jitter, then once more all in step."""
    await _come_back(scene, "jitter", spread_s=SHORT_SPREAD_S if scene.is_short else SPREAD_S, is_in_step=False)
    await _come_back(scene, "in_step", spread_s=0.0, is_in_step=True, bound=SHORT_BOUND if scene.is_short else None)
    if scene.is_short:
        await asyncio.gather(*(asyncio.to_thread(scene.stand.restart, web) for web in WEB))
    if not scene.figures["in_step_told_later"]:
        scene.findings.append("the crowd in step never filled the queue: its bound was not tried")


async def _come_back(scene: Scene, way: str, *, spread_s: float, is_in_step: bool, bound: int | None = None) -> None:
    """Kill all web processes, wait until everybody is back, and note what the servers saw of it.

    `bound` is how many may wait in each of the processes that come next, where that is not the stand's own.
    """
    stand, crowd = scene.stand, scene.crowd
    for phone in crowd.phones:
        phone.spread_s, phone.is_in_step = spread_s, is_in_step
    told_before = (await asyncio.to_thread(stand.count_handshakes)).told_later
    stand.change_line("postgres", latency_s=SLOW_S)
    for web in WEB:
        if bound is not None:
            stand.prepare(web, HANDSHAKES_WAITING_MAX=str(bound))
        stand.kill(web)
    scene.hit()
    began = time.monotonic()
    await scene.sit_out(10, until=lambda: not any(p.connected.is_set() for p in crowd.phones), what="the break")
    await scene.sit_out(
        BACK_S, until=lambda: all(p.connected.is_set() for p in crowd.phones), what="everybody's return"
    )
    back_s = time.monotonic() - began
    stand.change_line("postgres", latency_s=0.0)
    if not await crowd.wait_acks(len(crowd.phones)):
        scene.findings.append("I10 nothing was acknowledged after everybody's return")
    saw = await asyncio.to_thread(stand.count_handshakes)
    if saw.most_waiting > (bound or saw.bound):
        scene.findings.append(f"{saw.most_waiting} handshakes waited in one process, {bound or saw.bound} may")
    scene.figures |= {
        f"{way}_most_waiting": saw.most_waiting,
        f"{way}_told_later": saw.told_later - told_before,
        f"{way}_back_s": round(back_s, 2),
    }
