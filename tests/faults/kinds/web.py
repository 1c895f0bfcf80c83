"""Faults of the web processes: killed, killed at the worst moment, all gone at once, deployed anew."""

import asyncio
import signal
import time

from tests.faults.checks import rows
from tests.faults.stand import kernel
from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

FAILPOINTS = ("after_recv", "mid_batch", "after_commit_before_ack")


async def kill_web(scene: Scene) -> None:
    """F1: one web process is killed outright, then the other, again and again, then both amid submissions."""
    times, pause_s = (1, 0.5) if scene.is_short else (6, 5.0)
    for number in range(times):
        victim = WEB[number % len(WEB)]
        scene.stand.kill(victim)
        scene.hit()
        await asyncio.sleep(pause_s)
    await _kill_at_first_result(scene)


async def _kill_at_first_result(scene: Scene) -> None:
    """Over a slow line every process has answers and submissions half done; one result is committed, all die."""
    stand, crowd = scene.stand, scene.crowd
    await scene.sit_out(30, until=lambda: all(p.connected.is_set() for p in crowd.phones), what="everybody's return")
    stand.change_line("postgres", latency_s=0.1)
    await asyncio.sleep(0.3)
    ending = crowd.phones[::2]
    uuids = [phone.sitting.uuid for phone in ending]
    submitting = asyncio.create_task(crowd.submit(ending))
    deadline = time.monotonic() + 20
    while not await asyncio.to_thread(rows.count_results, stand.database_url, uuids) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    for web in WEB:
        stand.kill(web)
    scene.hit()
    stand.change_line("postgres", latency_s=0.0)
    if untold := await submitting:
        scene.findings.append(f"I10 {untold} submissions got no receipt")


async def die_at_failpoints(scene: Scene) -> None:
    """F2: a process dies after receiving, in mid batch, between COMMIT and acknowledgement, under load."""
    names = FAILPOINTS + FAILPOINTS[:1] if scene.is_short else FAILPOINTS * 4
    for pair in zip(names[::2], names[1::2], strict=True):
        # Both processes at once, each by another failpoint: the crowd is certainly served by one that is doomed.
        points = [f"{name}:kill:{scene.rng.randint(3, 12)}" for name in pair]
        doomed = await asyncio.gather(
            *(asyncio.to_thread(scene.stand.doom, web, point) for web, point in zip(WEB, points, strict=True))
        )
        for pid, point in zip(doomed, points, strict=True):
            if await asyncio.to_thread(kernel.wait_gone, pid, wait_s=60):
                scene.hit()
            else:
                scene.findings.append(f"{point}: the doomed process was never served")


async def deploy(scene: Scene) -> None:
    """F20: web processes are told to stop, one after the other, while people answer; their sockets hear 1012."""
    rounds = 1 if scene.is_short else 2
    for web in WEB * rounds:
        pid = scene.stand.pid(web)
        scene.stand.ask_to_stop(web)
        if not await asyncio.to_thread(kernel.wait_gone, pid, wait_s=60):
            scene.findings.append(f"{web} did not stop within a minute of SIGTERM")
            kernel.send(pid, signal.SIGKILL)
        scene.hit()
        # The next one only once this one serves again, as a deployment waits for readiness.
        await scene.sit_out(30, until=lambda web=web, pid=pid: scene.stand.pid(web) != pid, what=f"{web}'s next life")
        await scene.crowd.wait_acks(len(scene.crowd.phones))
    told = scene.crowd.history.troubles["closed: restart"]
    scene.figures["told_to_come_back"] = told
    if not told:
        scene.findings.append("nobody was told to come back (1012)")
