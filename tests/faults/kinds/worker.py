"""Faults of the background: the worker dies between fold and COMMIT; hints come thrice and shuffled; two beats."""

import asyncio
from contextlib import suppress

from celery import Celery

from tests.faults.checks import rows
from tests.faults.checks.projections import wait_drained
from tests.faults.stand import kernel
from tests.faults.trial import Scene

TASKS = {
    "backend.standings.tasks.publish_ticks": "stats",
    "backend.participation.tasks.drain_counters": "stats",
    "backend.participation.tasks.recount_counters": "stats",
    "backend.results.tasks.advance_regrades": "stats",
    "backend.attempts.tasks.sweep_attempts": "finalize",
}


async def die_while_counting(scene: Scene) -> None:
    """F3: the worker dies between fold and COMMIT, after COMMIT before it tells the broker, and anywhere."""
    phones = list(scene.crowd.phones)
    share = max(1, len(phones) // 4)
    for number, failpoint in enumerate(("mid_drain", "after_drain")):
        doomed = await asyncio.to_thread(scene.stand.doom, "worker", f"{failpoint}:kill")
        await scene.crowd.submit(phones[number * share : (number + 1) * share])
        if await asyncio.to_thread(kernel.wait_gone, doomed, wait_s=60):
            scene.hit()
        else:
            scene.findings.append(f"{failpoint}: the worker never came to count")
    # And at no failpoint at all: wherever it happens to be.
    await scene.crowd.submit(phones[2 * share : 3 * share])
    await asyncio.sleep(scene.rng.uniform(0.1, 0.4))
    scene.stand.kill("worker")
    scene.hit()
    drained_s = await wait_drained(scene.stand.database_url, wait_s=60 * scene.patience)
    scene.figures["counted_after_s"] = round(drained_s, 2) if drained_s is not None else -1


async def redeliver(scene: Scene) -> None:
    """F23: a second beat, and every hint three times, shuffled, whether there is something to do or not."""
    stand = scene.stand
    second_beat = await asyncio.to_thread(stand.spawn_beside, "beat-2", "beat")
    sender = Celery("hints", broker=stand.valkeys["broker"].url)
    sender.conf.broker_transport_options = {"global_keyprefix": "hoithi:"}
    try:
        for phone in scene.crowd.phones[::3]:
            hints = [name for name in TASKS for _ in range(3)]
            scene.rng.shuffle(hints)
            for name in hints:
                await asyncio.to_thread(sender.send_task, name, queue=TASKS[name])
                scene.hit()
            await scene.crowd.submit([phone])
        await asyncio.sleep(1 if scene.is_short else scene.seconds / 4)
    finally:
        second_beat.terminate()
        with suppress(Exception):
            await asyncio.to_thread(second_beat.wait, 15)
        sender.close()
    uuids = [phone.sitting.uuid for phone in scene.crowd.phones[::3]]
    scene.figures["results"] = await asyncio.to_thread(rows.count_results, stand.database_url, uuids)
