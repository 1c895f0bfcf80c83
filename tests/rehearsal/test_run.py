"""A small rehearsal of the whole product: real processes, real sockets, and nothing lost."""

import json
import os
import subprocess
import sys

import pytest

from backend.launcher.paths import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.worker]
CITIZENS = 8


def test_a_small_rehearsal_loses_nothing_and_says_so_in_its_last_line() -> None:
    env = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "SECRET_KEY"))}
    words = ["--citizens", str(CITIZENS), "--again", "0.5", "--speed", "200", "--arrivals", "20", "--timeout", "120"]

    run = subprocess.run(
        [sys.executable, "-m", "backend.launcher", "rehearse", *words],
        cwd=ROOT,
        env={**env, "THROWAWAY_DATABASE": "off"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    figures = json.loads(run.stdout.splitlines()[-1])
    must_be_nothing = ("answers_lost", "scored_twice", "standings_mismatch", "counter_mismatch")
    assert {name: figures[name] for name in must_be_nothing} == dict.fromkeys(must_be_nothing, 0), run.stderr
    assert figures["attempts_submitted"] == figures["results"] > CITIZENS
    assert figures["answers_acked"] >= 20 * figures["attempts_submitted"]
