"""F21: the schema is expanded and contracted while people answer, beside a transaction that is long under way."""

import asyncio
from contextlib import closing

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
MOST_S = 1.0
PACE_S = 1.0  # what a crowd takes anyhow to be told once each


async def migrate(scene: Scene) -> None:
    """F21: expand and contract under `lock_timeout`, retried until let through; answers never wait longer for it.

    The first step meets a transaction that reads the table and lasts until the step has given up once.
    """
    database_url, given_up = scene.stand.database_url, 0
    watch = asyncio.create_task(_watch_acks(scene))
    with closing(await asyncio.to_thread(_read_on, database_url)) as reading:
        for step in STEPS:
            while not await asyncio.to_thread(_try, database_url, step):
                given_up += 1
                reading.close()
                await asyncio.sleep(0.1)
            scene.hit()
            await scene.crowd.wait_acks(len(scene.crowd.phones))
    watch.cancel()
    scene.figures["given_up"] = given_up
    longest_s = scene.figures["longest_pause_s"]
    if not given_up:
        scene.findings.append("no step of the migration had to wait for its lock")
    if longest_s < MOST_S / 2:
        scene.findings.append(f"nobody stood behind the migration: the longest pause was {longest_s} s")
    if longest_s > (MOST_S + PACE_S) * scene.patience:
        scene.findings.append(f"answers waited {longest_s} s beside a migration")


async def _watch_acks(scene: Scene) -> None:
    """Note the longest time in which nothing was called saved."""
    clock, acks = asyncio.get_running_loop().time, scene.crowd.history.ack_count
    since = clock()
    while True:
        await asyncio.sleep(0.02)
        scene.figures["longest_pause_s"] = round(max(scene.figures.get("longest_pause_s", 0), clock() - since), 2)
        if scene.crowd.history.ack_count != acks:
            since, acks = clock(), scene.crowd.history.ack_count


def _read_on(database_url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection amid a transaction that has read attempts."""
    connection = psycopg.connect(database_url)
    connection.execute("SELECT FROM attempts_attempt LIMIT 1")
    return connection


def _try(database_url: str, step: str) -> bool:
    with rows.connect(database_url) as connection:
        connection.execute(f"SET lock_timeout = '{MOST_S}s'")
        try:
            connection.execute(step)
        except psycopg.errors.LockNotAvailable:
            return False
    return True
