"""Counting: the closing line is what a pipeline reads."""

import json
import os
import sys
from pathlib import Path

import pytest

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
