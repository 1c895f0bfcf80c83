"""F21: the schema is expanded and contracted while people answer, beside a transaction that is long under way."""

import asyncio

import psycopg

from tests.faults.checks import rows
from tests.faults.trial import Scene

# Each as a careful migration does it: a nullable column, a default that fills no row, an index beside the traffic.
STEPS = (
    "ALTER TABLE attempts_attempt ADD COLUMN fault_note text",
    "ALTER TABLE attempts_answer ADD COLUMN fault_note text DEFAULT 'x'",
    "ALTER TABLE attempts_answer DROP COLUMN fault_note",
    "ALTER TABLE attempts_attempt DROP COLUMN fault_note",
)
MOST_S = 2.0
PACE_S = 1.0  # what a crowd takes anyhow to be told once each


async def migrate(scene: Scene) -> None:
    """F21: expand and contract under `lock_timeout`, retried until let through; answers never wait longer for it."""
    for step in STEPS:
        while not await asyncio.to_thread(_try, scene.stand.database_url, step):
            await asyncio.sleep(0.1)
        scene.hit()
        before = asyncio.get_running_loop().time()
        await scene.crowd.wait_acks(len(scene.crowd.phones))
        scene.figures["longest_pause_s"] = round(
            max(scene.figures.get("longest_pause_s", 0), asyncio.get_running_loop().time() - before), 2
        )
    if scene.figures["longest_pause_s"] > (MOST_S + PACE_S) * scene.patience:
        scene.findings.append(f"answers waited {scene.figures['longest_pause_s']} s beside a migration")


def _try(database_url: str, step: str) -> bool:
    with rows.connect(database_url) as connection:
        connection.execute(f"SET lock_timeout = '{MOST_S}s'")
        try:
            connection.execute(step)
        except psycopg.errors.LockNotAvailable:
            return False
    return True
