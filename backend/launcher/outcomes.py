"""Run checks one by one or in rows beside each other, count what passed, and print the table and the closing line."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import IO
from xml.etree import ElementTree

from backend.launcher.errors import LauncherError
from backend.launcher.paths import ROOT
from backend.launcher.progress import Progress, Step

ROWS_HEARTBEAT_S = 30.0


@dataclass(frozen=True, slots=True)
class Count:
    """How many tests of one check passed, failed and were skipped; a plain command is one test."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check as it went."""

    name: str
    count: Count
    elapsed_s: float
    note: str


@dataclass(slots=True)
class Run:
    """The checks so far."""

    progress: Progress
    outcomes: list[Outcome] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _under_way: list[str] = field(default_factory=list)
    # The live line of all rows, while there are rows.
    _rows: Step | None = None
    _is_interrupted: bool = False
    _speaks: RLock = field(default_factory=RLock)

    def beside(self, first: Callable[[], None], *others: Callable[[], None]) -> None:
        """Go through rows of checks at the same time, the first in this thread.

        What a command says is held back until it ends and then shown whole. A row that cannot go on is a failed check;
        whatever else it raises is raised when all rows have ended.
        """
        # A row takes minutes: its life need not be told as often as a step's.
        seldom = replace(self.progress, heartbeat_s=ROWS_HEARTBEAT_S)
        with seldom.step("Các phép kiểm chạy song song (checks beside each other)") as rows:
            self._rows = rows
            pool = ThreadPoolExecutor(max(1, len(others)))
            try:
                ends = [pool.submit(self.guarded, row) for row in others]
                self.guarded(first)
                wait(ends)
            except KeyboardInterrupt:
                # The terminal interrupts what runs in the other rows as well; nothing of theirs shall follow.
                self._is_interrupted = True
                raise
            finally:
                pool.shutdown()
                self._rows = None
        for end in ends:
            end.result()

    def guarded(self, row: Callable[[], None]) -> None:
        """Go through a row; where the launcher cannot go on with it, that is a failed check."""
        try:
            row()
        except LauncherError as error:
            self.add("launcher", Count(failed=1), note=error.line)

    def command(
        self,
        name: str,
        words: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path = ROOT,
        count: Callable[[], Count | None] = lambda: None,
    ) -> bool:
        """Run a command and show what it says. `count` reads its report; a failing status is never counted away."""
        started, is_beside = time.monotonic(), self._rows is not None
        if not is_beside:
            self._head(name)
        with self._listed(name), tempfile.TemporaryFile() if is_beside else nullcontext() as output:
            told = subprocess.run(
                words, check=False, env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            elapsed_s, status = time.monotonic() - started, told.returncode
            found = count() or Count(passed=int(status == 0))
            if status != 0 and not found.failed:
                found = Count(found.passed, 1, found.skipped)
            with self._speaks:
                if output is not None:
                    self._head(name)
                    self._show(output)
                self.add(name, found, elapsed_s=elapsed_s, note="" if status == 0 else f"exit status {status}")
        return status == 0

    def step(self, name: str, body: Callable[[], None]) -> bool:
        """Run a check of our own: raising LauncherError or AssertionError is failing."""
        self._head(name)
        started = time.monotonic()
        note = ""
        try:
            with self._listed(name):
                body()
        except LauncherError as error:
            note = error.line
        except AssertionError as error:
            note = str(error)
        passed = not note
        self.add(name, Count(int(passed), int(not passed)), elapsed_s=time.monotonic() - started, note=note)
        return passed

    def skip(self, name: str, why: str) -> None:
        self.add(name, Count(skipped=1), note=f"skipped: {name} ({why})")

    def add(self, name: str, count: Count, *, elapsed_s: float = 0.0, note: str = "") -> None:
        """Record an outcome and say it."""
        mark = "✗" if count.failed else ("-" if count.skipped and not count.passed else "✓")
        with self._speaks:
            self.outcomes.append(Outcome(name, count, elapsed_s, note))
            self.progress.say(f"{mark} {name}: {elapsed_s:.1f} s {note}".rstrip())

    def close(self) -> int:
        """Print the table, then the closing line alone; return the exit status."""
        say = self.progress.say
        say("")
        for outcome in self.outcomes:
            count = outcome.count
            figures = f"{count.passed:5} passed {count.failed:4} failed {count.skipped:4} skipped"
            say(f"{outcome.name:20} {figures} {outcome.elapsed_s:8.1f} s  {outcome.note}".rstrip())
        total = Count(*(sum(getattr(o.count, part) for o in self.outcomes) for part in ("passed", "failed", "skipped")))
        say(f"{'':20} {time.monotonic() - self.started:.1f} s")
        say(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
        return int(total.failed > 0)

    @contextmanager
    def _listed(self, name: str) -> Iterator[None]:
        """Let the live line of all rows name a check while it is under way."""
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._under_way.append(name)
        self._note()
        try:
            yield
        finally:
            self._under_way.remove(name)
            self._note()

    def _note(self) -> None:
        if (rows := self._rows) is not None:
            rows.note = ", ".join(self._under_way)

    def _show(self, output: IO[bytes]) -> None:
        output.seek(0)
        for line in output:
            self.progress.say(line.decode("utf-8", "replace").rstrip("\r\n"))

    def _head(self, name: str) -> None:
        self.progress.say(f"{os.linesep}== {name} ==")


def read_junit(path: Path) -> Count | None:
    """Count pytest's report; None where pytest did not get as far as writing a whole one."""
    if not path.is_file():
        return None
    try:
        suites = ElementTree.parse(path).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest
    except ElementTree.ParseError:
        return None  # pytest was ended while it wrote
    passed = failed = skipped = 0
    for suite in suites:
        tests, bad, left = (
            int(suite.get("tests", 0)),
            int(suite.get("failures", 0)) + int(suite.get("errors", 0)),
            int(suite.get("skipped", 0)),
        )
        passed, failed, skipped = passed + tests - bad - left, failed + bad, skipped + left
    return Count(passed, failed, skipped)


def read_vitest(path: Path) -> Count | None:
    """Count vitest's JSON report; None where there is none."""
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    skipped = found["numPendingTests"] + found.get("numTodoTests", 0)
    return Count(found["numPassedTests"], found["numFailedTests"], skipped)
