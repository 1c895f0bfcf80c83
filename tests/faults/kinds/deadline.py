"""F19: a crowd whose time ends together. Half submit in the last second, some come back late, the rest are silent."""

import asyncio
import time

from tests.faults.checks import rows
from tests.faults.trial import Scene

FINAL_S = 60.0  # I7


async def storm(scene: Scene) -> None:
    """F19: half submit in the last second, some late, the rest never; the sweeper ends whoever is left."""
    phones = scene.crowd.phones
    last = max(phone.sitting.deadline for phone in phones)
    half, late = phones[::2], phones[1::4]
    await asyncio.sleep(max(0.0, min(phone.sitting.deadline for phone in phones) - time.time() - 1))
    await scene.crowd.submit(half)
    scene.hit(len(half))
    await asyncio.sleep(max(0.0, last - time.time() + scene.rng.uniform(0, 3)))
    # Late by up to a few seconds: told that it is over, and nothing of it is stored.
    await scene.crowd.submit(late)
    scene.hit(len(late))
    uuids = [phone.sitting.uuid for phone in phones]
    while await asyncio.to_thread(rows.count_results, scene.stand.database_url, uuids) < len(uuids):
        if time.time() - last > FINAL_S * scene.patience:
            scene.findings.append(f"I7 not everybody had a result {FINAL_S:.0f} s after the deadline")
            return
        await asyncio.sleep(0.1)
    scene.figures["all_final_s"] = round(time.time() - last, 2)
