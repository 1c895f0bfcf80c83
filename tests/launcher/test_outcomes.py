"""Counting: the closing line is what a pipeline reads."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import Event, Timer, main_thread

import pytest

from backend.launcher.errors import LauncherError
from backend.launcher.outcomes import Count, Run, read_junit, read_vitest
from backend.launcher.progress import Progress
from backend.launcher.schema import compare_schema

JUNIT = '<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>'


def test_reports_are_counted(tmp_path: Path) -> None:
    junit, vitest = tmp_path / "junit.xml", tmp_path / "vitest.json"
    junit.write_text(JUNIT)
    vitest.write_text(json.dumps({"numPassedTests": 5, "numFailedTests": 1, "numPendingTests": 2, "numTodoTests": 1}))

    assert (read_junit(junit), read_vitest(vitest)) == (Count(4, 3, 3), Count(5, 1, 3))
    assert (read_junit(tmp_path / "no"), read_vitest(tmp_path / "no")) == (None, None)


def test_the_last_line_sums_tests_and_checks(capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(Progress())
    ok, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "raise SystemExit(3)"]

    run.command("lint", ok, env=os.environ)
    run.command("pytest", ok, env=os.environ, count=lambda: Count(7, 0, 1))
    run.command("crash after the report", bad, env=os.environ, count=lambda: Count(5, 0, 0))
    run.skip("e2e", "no Chromium")
    status = run.close()

    assert capfd.readouterr().out.splitlines()[-1] == "13 passed, 1 failed, 2 skipped"
    assert status == 1


def test_passing_run_has_status_0(capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(Progress())

    run.step("ours", lambda: None)

    assert run.close() == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_schema_that_differs_or_is_absent_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh, committed = tmp_path / "fresh", tmp_path / "openapi.yaml"
    fresh.write_text("a: 1\nb: 2\n")

    with pytest.raises(AssertionError, match="not committed"):
        compare_schema(fresh=fresh, committed=committed)
    committed.write_text("a: 1\n")
    with pytest.raises(AssertionError, match="is old"):
        compare_schema(fresh=fresh, committed=committed)
    committed.write_text("a: 1\nb: 2\n")
    compare_schema(fresh=fresh, committed=committed)

    assert "+b: 2" in capsys.readouterr().out


def test_rows_beside_each_other_meet_and_each_check_is_shown_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each command waits for the other's word: neither would end if one row came after the other."""

    def meeting(own: str, other: str) -> list[str]:
        program = (
            "import pathlib, sys, time\n"
            f"print('{own} begins', flush=True)\n"
            f"pathlib.Path('{own}').touch()\n"
            f"while not pathlib.Path('{other}').exists(): time.sleep(0.01)\n"
            f"print('{own} fails', file=sys.stderr)\n"
            "sys.exit(3)"
        )
        return [sys.executable, "-c", program]

    def row(own: str, other: str) -> None:
        run.command(own, meeting(own, other), env=os.environ, cwd=tmp_path)

    run = Run(Progress())

    run.beside(lambda: row("one", "two"), lambda: row("two", "one"))

    assert run.close() == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == "0 passed, 2 failed, 0 skipped"
    for name in ("one", "two"):
        at = lines.index(f"== {name} ==")
        assert lines[at + 1 : at + 3] == [f"{name} begins", f"{name} fails"]
        assert lines[at + 3].startswith(f"✗ {name}: ")


def test_what_one_row_raises_is_raised_when_the_other_has_ended(tmp_path: Path) -> None:
    run = Run(Progress())

    def breaks() -> None:
        raise LauncherError("no_network", "vi", "en")

    run.beside(lambda: run.step("ours", lambda: None), breaks)
    run.beside(breaks, lambda: run.step("ours", lambda: None))

    told = sorted((one.name, one.count.failed) for one in run.outcomes)
    assert told == [("launcher", 1), ("launcher", 1), ("ours", 0), ("ours", 0)]


def test_after_an_interruption_no_row_begins_another_check() -> None:
    run, is_interrupted = Run(Progress()), Event()
    went_on: list[str] = []

    def interrupted() -> None:
        is_interrupted.set()
        raise KeyboardInterrupt

    def goes_on() -> None:
        is_interrupted.wait()
        run.step("first", lambda: None)
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            run.step("another", lambda: None)
        went_on.append("for a minute")

    with pytest.raises(KeyboardInterrupt):
        run.beside(interrupted, goes_on)
    assert went_on == []


def test_an_interruption_of_the_last_row_is_waited_for_and_nothing_follows() -> None:
    """The first row has ended, so the signal comes while the other one is waited for."""
    run, is_under_way = Run(Progress()), Event()
    begun: list[str] = []

    def goes_on() -> None:
        is_under_way.set()
        time.sleep(0.3)
        run.step("next", lambda: begun.append("next"))

    def ends() -> None:
        is_under_way.wait()
        Timer(0.05, signal.pthread_kill, (main_thread().ident, signal.SIGINT)).start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run.beside(ends, goes_on)
    finally:
        signal.signal(signal.SIGINT, before)

    assert begun == []
