"""The whole product, started as a person starts it: ready, refused twice, killed outright, stopped."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.infra.embedded.ports import is_port_free, pick_free_port
from backend.launcher.frontend import is_built
from backend.launcher.instance import find_unready, make_private_dir
from backend.launcher.paths import ROOT

READY_S = 120.0
ANSWERS_FROM_ALL = 20
pytestmark = [pytest.mark.slow, pytest.mark.worker]


@dataclass(slots=True)
class Started:
    """A `run.py` under way and where it writes."""

    process: subprocess.Popen[bytes]
    env: dict[str, str]
    home: Path
    output: Path
    port: int

    @property
    def pids(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.home / "processes.json").read_text())
        return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was laid out once and stopped in order: to migrate and load takes longer than all these tests."""
    if not is_built():
        pytest.skip("the front end is not built")
    one = _start(tmp_path_factory.mktemp("prepared"))
    one.process.terminate()
    assert one.process.wait(timeout=90) == 0
    return one.home


@pytest.fixture
def started(prepared: Path, tmp_path: Path) -> Iterator[Started]:
    # As it is, owners and modes included: PostgreSQL is particular about them.
    subprocess.run(["cp", "-a", prepared, tmp_path / "data"], check=True)
    one = _start(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.terminate()
        one.process.wait(timeout=90)


def _start(folder: Path) -> Started:
    home, output, port = folder / "data", folder / "output", pick_free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    env = {**inherited, "DATA_DIR": str(home), "PORT": str(port), "THROWAWAY_DATABASE": "off"}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.launcher", "start", "--no-demo"],
            cwd=ROOT,
            env=env,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + READY_S
    while b"\nready " not in output.read_bytes() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert f"\nready http://127.0.0.1:{port}\n" in output.read_text(), output.read_text()
    return Started(process, env, home, output, port)


def runs(pid: int) -> bool:
    """A process that ended but was not yet collected by its new parent has no command line any more."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def are_gone(pids: dict[str, int], *, wait_s: float = 60.0) -> bool:
    # Long, because on a busy machine sockets and the worker first finish what they promised.
    deadline = time.monotonic() + wait_s
    while any(map(runs, pids.values())) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(runs, pids.values()))


def test_start_serves_and_stops_in_order_with_status_0(started: Started) -> None:
    pids = started.pids
    with urllib.request.urlopen(f"http://127.0.0.1:{started.port}/readyz") as answer:
        health = json.load(answer)

    started.process.terminate()
    status = started.process.wait(timeout=90)

    assert {name: check["ok"] for name, check in health["checks"].items()} == {
        "postgres": True,
        "valkey": True,
        "worker": True,
    }
    assert {"postgres", "valkey", "web-1", "worker", "beat"} <= set(pids)
    assert status == 0
    assert are_gone(pids, wait_s=5)
    assert is_port_free(started.port)


def test_second_start_from_the_same_folder_is_refused(started: Started) -> None:
    second = subprocess.run(
        [sys.executable, ROOT / "run.py"], env=started.env, capture_output=True, text=True, check=False
    )

    assert second.returncode == 2
    assert "is already running" in second.stderr
    assert second.stderr.count("\n") == 1


def test_killed_children_come_back_and_the_product_is_ready_again(started: Started) -> None:
    before = started.pids
    for name in ("web-1", "worker", "postgres", "valkey"):
        os.kill(before[name], signal.SIGKILL)

    deadline = time.monotonic() + 120
    names = ("web-1", "worker", "postgres", "valkey")
    while any(started.pids[name] == before[name] for name in names) and time.monotonic() < deadline:
        time.sleep(0.1)
    # Each web process finds its lost connections by itself: only a row of good answers speaks for all of them.
    good = 0
    while good < ANSWERS_FROM_ALL and time.monotonic() < deadline:
        good = 0 if find_unready(f"http://127.0.0.1:{started.port}") else good + 1
        time.sleep(0.1)

    assert good == ANSWERS_FROM_ALL
    assert started.process.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_nothing_outlives_a_launcher_that_is_killed(started: Started) -> None:
    pids = started.pids

    started.process.kill()
    started.process.wait()

    assert are_gone(pids)


def test_private_folder_of_a_dead_launcher_is_tidied_and_of_a_live_one_kept(tmp_path: Path) -> None:
    (tmp_path / f"private-{2**22 + 1}-abc").mkdir()

    own = make_private_dir(tmp_path)
    other = make_private_dir(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted([own, other])
