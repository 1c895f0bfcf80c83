"""Keep a set of child processes running: a dead one comes back, later each time it dies young; all stop in order.

On a full disk nothing can be said or noted, and it is then that servers die: none of that may end the watching.
"""

import contextlib
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend.infra.embedded.processes import ask_to_stop, finish

POLL_S = 0.1
# What keeps a child from living may be mended at any moment, and half a minute later all must serve again: the delay
# is a part of that. Everything waits for a data server, and where one cannot start that costs next to nothing.
FIRST_DELAY_S, LAST_DELAY_S, SERVER_LAST_DELAY_S = 0.5, 8.0, 2.0
_MOST_DOUBLINGS = 10
HEALTHY_S = 30.0  # a child that lived this long starts again without delay
TRIM_EVERY_S = 60.0
LOG_LIMIT_BYTES = 50_000_000


@dataclass(slots=True)
class Child:
    """One process to keep alive. `stage` orders the stopping: lower first, equal ones together."""

    name: str
    stage: int
    launch: Callable[[], subprocess.Popen[bytes]]
    ask: signal.Signals = signal.SIGTERM
    wait_s: float = 10.0
    last_delay_s: float = LAST_DELAY_S
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths_in_a_row: int = 0
    restart_at: float | None = None

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = self.launch()
        self.restart_at = None

    def plan_restart(self, *, now: float) -> float:
        """Return the seconds until the next start: doubled, to a bound, for every death at a young age."""
        young = now - self.started < HEALTHY_S
        self.deaths_in_a_row = self.deaths_in_a_row + 1 if young else 1
        # The power is bounded too: after a day of a full disk it would be beyond any float.
        delay = min(FIRST_DELAY_S * 2.0 ** min(self.deaths_in_a_row - 1, _MOST_DOUBLINGS), self.last_delay_s)
        self.restart_at = now + delay
        return delay


@dataclass(slots=True)
class Supervisor:
    """Watches children from one thread, the one that calls `run`."""

    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    pids_file: Path | None = None
    logs: Sequence[Path] = ()
    stopping: threading.Event = field(default_factory=threading.Event)

    def add(self, child: Child) -> None:
        """Start a child, or take over one that already runs."""
        if child.process is None:
            child.start()
        self.children.append(child)
        self._write_pids()

    def run(self) -> None:
        """Watch until `stopping` is set."""
        trim_at = time.monotonic() + TRIM_EVERY_S
        while not self.stopping.wait(POLL_S):
            self.check()
            if time.monotonic() > trim_at:
                trim_at += TRIM_EVERY_S
                trim_logs(self.logs)

    def check(self) -> None:
        """Look at every child once: note who died, start whose time has come."""
        now = time.monotonic()
        for child in self.children:
            if child.restart_at is not None:
                if now >= child.restart_at:
                    self._restart(child, now=now)
            elif child.process is not None and (status := child.process.poll()) is not None:
                # Its own children would hold its port or its connections.
                finish(child.process, wait_s=0)
                delay = child.plan_restart(now=now)
                self._tell(f"! {child.name} đã dừng (died, {status}); chạy lại sau {delay:g} s (restarting)")

    def run_and_stop(self) -> None:
        """Watch, then stop from the same thread: on Linux a restarted child ends with the thread that started it."""
        self.run()
        self.stop()

    def stop(self) -> None:
        """Stop everything, stage by stage. Again is a no-op."""
        self.stopping.set()
        for stage in sorted({child.stage for child in self.children}):
            group = [child for child in self.children if child.stage == stage and child.process is not None]
            for child in group:
                if child.process is not None:
                    ask_to_stop(child.process, ask=child.ask)
            for child in group:
                if child.process is not None:
                    finish(child.process, wait_s=child.wait_s)

    def _restart(self, child: Child, *, now: float) -> None:
        try:
            child.start()
        except (OSError, RuntimeError) as error:  # no process or memory to be had: the others must go on
            delay = child.plan_restart(now=now)
            self._tell(f"! {child.name}: {error}; {delay:g} s")
        self._write_pids()

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self.say(line)

    def _write_pids(self) -> None:
        """Publish who runs as what, for fault tests and for a person with `kill`."""
        if self.pids_file is None:
            return
        with contextlib.suppress(OSError):
            pids = {child.name: child.process.pid for child in self.children if child.process is not None}
            # In one step: whoever reads it meanwhile sees the old or the new list, never an empty file.
            fresh = self.pids_file.with_suffix(".new")
            fresh.write_text(json.dumps(pids), encoding="utf-8")
            fresh.replace(self.pids_file)


def trim_logs(logs: Sequence[Path], *, limit_bytes: int = LOG_LIMIT_BYTES) -> None:
    """Move a log that grew too long to `.1` by copy and truncation: its writer keeps appending to the same file."""
    for log in logs:
        if log.is_file() and log.stat().st_size > limit_bytes:
            older = log.with_suffix(".log.1")
            try:
                older.write_bytes(log.read_bytes())
            except OSError:  # no room for a copy: the log itself is what fills the disk
                with contextlib.suppress(OSError):
                    older.unlink()
            with contextlib.suppress(OSError), log.open("r+b") as file:
                file.truncate(0)
