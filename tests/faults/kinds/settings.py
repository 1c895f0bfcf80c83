"""Faults that bring servers of their own: lost power, other time zones, a lost primary."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from backend.infra.embedded.postgres import Postgres
from backend.launcher.instance import make_private_dir
from backend.launcher.paths import ROOT, data_dir
from tests.faults.skipping import Skipped

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe")
_ZONED = ("tests/core/test_boundaries.py", "tests/core/test_timing.py", "tests/attempts/test_limits.py")
# Two that are far apart, and what needs no database: each zone costs a start of pytest.
SHORT_ZONES, _SHORT_ZONED = ("America/New_York", "Pacific/Kiritimati"), _ZONED[:2]
COMMITS = 40
ATTACH_S = 20.0


def power(is_short: bool) -> list[str]:
    """F24: each COMMIT is answered only after its log is forced to disk, seen in the system calls of the backend."""
    if shutil.which("strace") is None:
        raise Skipped("strace is not installed")
    folder = make_private_dir(data_dir())
    postgres = Postgres(folder)
    postgres.start()
    try:
        calls = _trace(postgres, folder / "calls")
    finally:
        postgres.stop()
        postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)
    return find_early_replies(calls)


def find_early_replies(calls: list[str]) -> list[str]:
    """Return a finding for each reply to a COMMIT that left with no forced write since the one before. Pure."""
    findings, is_forced, replies = [], False, 0
    for call in calls:
        if re.search(r"\b(fdatasync|fsync)\(", call):
            is_forced = True
        elif "COMMIT" in call and re.search(r"\b(sendto|write|sendmsg)\(", call):
            replies += 1
            if not is_forced:
                findings.append(f"I1 a COMMIT was answered before it was forced to disk: {call[:120]}")
            is_forced = False
    return findings or ([] if replies >= COMMITS else [f"only {replies} of {COMMITS} commits were seen"])


def _trace(postgres: Postgres, output: Path) -> list[str]:
    # The log writer might force a commit in the backend's stead: then the backend waits and forces nothing itself.
    # One client and a lazy log writer leave it to the backend.
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE TABLE forced (number int)")
        pid = connection.info.backend_pid
        command = ["strace", "-f", "-s", "64", "-e", "trace=fdatasync,fsync,sendto,sendmsg,write", "-p", str(pid)]
        tracer = subprocess.Popen([*command, "-o", str(output)], stderr=subprocess.PIPE, text=True)
        try:
            _wait_attached(tracer)
            for number in range(COMMITS):
                connection.execute("BEGIN")
                connection.execute("INSERT INTO forced VALUES (%s)", [number])
                connection.execute("COMMIT")
            connection.execute("SELECT 1")  # behind it the last COMMIT is wholly written down
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(10)
    return output.read_text(errors="replace").splitlines()


def _wait_attached(tracer: "subprocess.Popen[str]") -> None:
    """Return once every system call is seen. Raises Skipped where the machine forbids it."""
    assert tracer.stderr is not None
    said = tracer.stderr.readline() if select.select([tracer.stderr], [], [], ATTACH_S)[0] else ""
    if " attached" not in said:
        raise Skipped(f"strace may not look: {said.strip() or 'it said nothing'}")


def zones(is_short: bool) -> list[str]:
    """F27: midnight, leap day, month end and changes of clocks: the same results whatever zone the machine is in."""
    asked, files = (SHORT_ZONES, _SHORT_ZONED) if is_short else (ZONES, _ZONED)
    return [f"something differs in {zone}" for zone in asked if not _pytest(*files, TZ=zone)]


def restore(is_short: bool) -> list[str]:
    """F28: base backup and archived log, the primary lost in mid contest, recovery to the last commit."""
    return [] if _pytest("tests/deploy/test_restore.py") else ["tests/deploy/test_restore.py failed"]


def _pytest(*words: str, **more: str) -> bool:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *words]
    return subprocess.run(command, cwd=ROOT, env={**env, **more}, stdout=sys.stderr, check=False).returncode == 0
