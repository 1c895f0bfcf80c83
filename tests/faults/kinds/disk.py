"""F9: the disk is full. The whole stand lies on a small file system of its own, in a mount namespace of its own."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg

from backend.launcher.paths import ROOT
from tests.faults.checks import rows
from tests.faults.skipping import Skipped
from tests.faults.trial import Plan, Scene, play

SIZE_MIB = 400
CLIENTS, PEOPLE = 8, 20
FULL_S = 20.0  # long enough for whatever dies of it to be tried at its longest intervals
SHORT, SHORT_S = "--short", 3.0


def full(is_short: bool) -> list[str]:
    """F9: the disk fills up under PostgreSQL's data and log, and is freed: nothing unsaved was called saved."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        raise Skipped("mount namespaces are not permitted")
    with tempfile.TemporaryDirectory(prefix="hoithi-disk-") as folder:
        inside = f'mount -t tmpfs -o size={SIZE_MIB}m none "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", inside, folder, sys.executable, "-m", "tests.faults.kinds.disk"]
        command += [SHORT] if is_short else []
        told = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "DATA_DIR": folder}, stdout=subprocess.PIPE, text=True, check=False
        )
    if told.returncode or not told.stdout:
        return [f"the trial did not end: status {told.returncode}"]
    outcome = json.loads(told.stdout.splitlines()[-1])
    print(json.dumps(outcome["figures"]), file=sys.stderr)
    return list(outcome["findings"])


async def fill(scene: Scene) -> None:
    """Leave no byte, make PostgreSQL want new log files, see that it says no, and free the space again."""
    filler = scene.stand.folder / "filler"
    try:
        await asyncio.to_thread(_take_all, filler)
        before = _pid(scene)
        for _ in range(20):
            with suppress(psycopg.Error):
                await asyncio.to_thread(_want_new_log, scene.stand.database_url)
            await asyncio.to_thread(_take_all, filler)
        scene.hit()
        answered = scene.crowd.history.ack_count
        await asyncio.sleep(scene.seconds)
        scene.figures["acks_while_full"] = scene.crowd.history.ack_count - answered
        scene.figures["postgres_died"] = float(_pid(scene) != before)
        scene.figures["told_to_retry"] = scene.crowd.history.troubles["retry"]
        if scene.figures["acks_while_full"] and not scene.figures["told_to_retry"]:
            scene.findings.append("the disk was never full for PostgreSQL")
    finally:
        filler.unlink(missing_ok=True)


def _want_new_log(database_url: str) -> None:
    with rows.connect(database_url) as connection:
        connection.execute("SELECT pg_logical_emit_message(false, 'fault', repeat('x', 1000000)), pg_switch_wal()")


def _take_all(filler: Path) -> None:
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"\0" * 1_000_000)
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"\0" * 512)


def _pid(scene: Scene) -> int:
    return scene.stand.pid("postgres")


def main(words: list[str]) -> None:
    """Play the trial where the file system is small; tell the outcome as JSON."""
    from tests.faults.stand.servers import running_stand

    with running_stand(people=PEOPLE) as stand:
        is_short = SHORT in words
        seconds = SHORT_S if is_short else FULL_S
        report = asyncio.run(play(Plan(fill), stand, seed=1, clients=CLIENTS, seconds=seconds, is_short=is_short))
    print(json.dumps({"findings": report.findings, "figures": report.figures}))


if __name__ == "__main__":
    main(sys.argv[1:])
