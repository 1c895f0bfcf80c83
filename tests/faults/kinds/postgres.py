"""Faults of PostgreSQL: crashed whole, one backend lost, hung, its line cut at the worst moment."""

import asyncio
import signal
import time
from dataclasses import replace

import psycopg

from tests.faults.checks import rows
from tests.faults.checks.answers import find_lost
from tests.faults.load.history import History
from tests.faults.stand import kernel
from tests.faults.stand.line import Line, State
from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

FLUSHER = "hoithi answers"


async def crash(scene: Scene) -> None:
    """F6: every PostgreSQL process is killed at once; the supervisor starts it again and it recovers from its log."""
    # What is not forced to disk by its commit stays in memory as long as can be, and is then lost for certain.
    with rows.connect(scene.stand.database_url) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(1)
    for number in range(1 if scene.is_short else 4):
        before = scene.stand.pid("postgres")
        await _crash_and_look(scene) if number % 2 == 0 else scene.stand.kill("postgres")
        scene.hit()
        await asyncio.to_thread(kernel.wait_gone, before, wait_s=10)
        await scene.crowd.wait_acks(len(scene.crowd.phones))
        await asyncio.sleep(0 if scene.is_short else scene.seconds / 4)


async def _crash_and_look(scene: Scene) -> None:
    """Look before anybody goes on: an answer pressed later at the same place would hide that one was lost."""
    stand, history = scene.stand, scene.crowd.history
    stand.freeze(*WEB)
    stand.kill("postgres")
    await asyncio.sleep(0.5)  # what was told before the blow arrives
    told = History([replace(sitting, events=list(sitting.events)) for sitting in history])
    uuids = [sitting.uuid for sitting in told]
    try:
        for _ in range(600):
            try:
                stored = await asyncio.to_thread(rows.load, stand.database_url, uuids)
                break
            except psycopg.OperationalError:
                await asyncio.sleep(0.1)
        else:
            scene.findings.append("I10 PostgreSQL did not come back within a minute")
            return
        scene.findings += find_lost(told, stored)
    finally:
        stand.thaw(*WEB)


async def lose_backends(scene: Scene) -> None:
    """F7: the flushers' backends are terminated in mid batch, then one is killed, which makes PostgreSQL reset all."""
    url = scene.stand.database_url
    for _ in range(3 if scene.is_short else 12):
        for pid in await asyncio.to_thread(rows.backends, url, name=FLUSHER):
            with rows.connect(url) as connection:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
            scene.hit()
        await scene.crowd.wait_acks(len(scene.crowd.phones) // 2)
    for _ in range(1 if scene.is_short else 3):
        victims = await asyncio.to_thread(rows.backends, url, name=FLUSHER)
        kernel.send(victims[0], signal.SIGKILL)
        scene.hit()
        await scene.crowd.wait_acks(len(scene.crowd.phones))


async def hang(scene: Scene) -> None:
    """F8: PostgreSQL stands still without a word, then goes on: senders are told to try again, none is told saved."""
    stand, pause_s = scene.stand, 3.0 if scene.is_short else 20.0
    stand.freeze("postgres")
    await asyncio.sleep(0.5)  # what was committed before may still be told
    before = scene.crowd.history.ack_count
    await asyncio.sleep(pause_s)
    # An acknowledgement in this time would be one without a commit.
    if (more := scene.crowd.history.ack_count - before) > 0:
        scene.findings.append(f"I1 {more} answers were called saved while PostgreSQL stood still")
    stand.thaw("postgres")
    scene.hit()
    scene.figures["told_to_retry"] = scene.crowd.history.troubles["retry"]
    if not scene.crowd.history.troubles["retry"]:
        scene.findings.append("nobody was told to try again")


async def cut(scene: Scene) -> None:
    """F11: replies to commits are swallowed and the line cut; then it is reset, slow, chopped, silent, down."""
    stand = scene.stand
    wanted = 3 if scene.is_short else 20
    before = stand.exchange.do("postgres", lambda line: line.cut_count)
    stand.exchange.do("postgres", lambda line: line.cut_replies(wanted, of=FLUSHER.encode()))
    done = await asyncio.to_thread(_wait_cuts, scene, before + wanted)
    scene.hit(done - before)
    if done - before < wanted:
        scene.findings.append(f"only {done - before} of {wanted} replies to commits passed the line")
    pause_s = 0.4 if scene.is_short else scene.seconds / 8
    stand.exchange.do("postgres", Line.reset)
    await scene.crowd.wait_acks(1)
    stand.change_line("postgres", latency_s=0.05, slice_bytes=7 if scene.is_short else 1)
    await asyncio.sleep(pause_s)
    stand.change_line("postgres", latency_s=0.0, slice_bytes=0)
    for state in (State.BLACKHOLE, State.DOWN):
        stand.line("postgres", state)
        await asyncio.sleep(pause_s * 2)
        stand.line("postgres", State.OPEN)
        await scene.crowd.wait_acks(1)
        scene.hit()


def _wait_cuts(scene: Scene, goal: int) -> int:
    deadline = time.monotonic() + 20
    while True:
        done = int(scene.stand.exchange.do("postgres", lambda line: line.cut_count))
        if done >= goal or time.monotonic() > deadline:
            return done
        time.sleep(0.02)
