"""Supervision with real processes: who dies comes back, all stop in order, none is left."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from backend.infra.embedded.processes import spawn
from backend.launcher.supervisor import SERVER_LAST_DELAY_S, Child, Supervisor, trim_logs

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def eventually(check: Callable[[], bool], *, wait_s: float = 30.0) -> bool:
    deadline = time.monotonic() + wait_s
    while not check() and time.monotonic() < deadline:
        time.sleep(0.02)
    return check()


def says_up(log: Path) -> bool:
    return log.read_text() == "up\n"


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; who ended and still waits to be collected by some far parent does not."""
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        os.kill(pid, 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return True


def test_the_list_of_processes_is_whole_at_any_moment(tmp_path: Path) -> None:
    pids = tmp_path / "processes.json"
    supervisor = Supervisor(lambda _: None, pids_file=pids)
    supervisor._write_pids()
    writer = threading.Thread(target=lambda: [supervisor._write_pids() for _ in range(2000)])
    writer.start()

    read = {pids.read_text() for _ in range(5000)}

    writer.join()
    assert read == {"{}"}


def test_killed_child_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    pids = tmp_path / "processes.json"
    supervisor = Supervisor(said.append, pids_file=pids)
    supervisor.add(Child("web", 0, lambda: spawn(SLEEP)))
    watcher = threading.Thread(target=supervisor.run_and_stop)
    watcher.start()
    first = json.loads(pids.read_text())["web"]

    os.kill(first, signal.SIGKILL)

    assert eventually(lambda: json.loads(pids.read_text())["web"] != first)
    second = json.loads(pids.read_text())["web"]
    assert is_alive(second)
    assert said == ["! web đã dừng (died, -9); chạy lại sau 0.5 s (restarting)"]
    supervisor.stopping.set()
    watcher.join()
    assert not is_alive(second)


def test_delay_doubles_for_a_child_that_dies_young_and_ends_at_its_bound() -> None:
    child = Child("web", 0, lambda: spawn(SLEEP))

    delays = [child.plan_restart(now=child.started + 1) for _ in range(8)]

    assert delays == [0.5, 1, 2, 4, 8, 8, 8, 8]
    assert child.plan_restart(now=child.started + 3600) == 0.5
    child.deaths_in_a_row = 5_000  # a disk that was full for hours
    assert child.plan_restart(now=child.started + 1) == delays[-1]


def test_a_data_server_that_cannot_start_is_tried_every_two_seconds() -> None:
    child = Child("postgres", 0, lambda: spawn(SLEEP), last_delay_s=SERVER_LAST_DELAY_S)

    assert [child.plan_restart(now=child.started + 1) for _ in range(5)] == [0.5, 1, 2, 2, 2]


def test_children_stop_by_stage(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(order)!r}, 'a').write(sys.argv[1] + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
    )
    supervisor = Supervisor(print)
    for stage, name in ((2, "postgres"), (0, "web"), (1, "worker")):
        log = tmp_path / name
        supervisor.add(Child(name, stage, partial(spawn, [sys.executable, "-c", code, name], log=log)))
        assert eventually(partial(says_up, log))

    supervisor.stop()

    assert order.read_text() == "web worker postgres "


def test_child_that_ignores_the_request_is_killed_with_its_own_children(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        "import signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    supervisor = Supervisor(print)
    supervisor.add(Child("stubborn", 0, lambda: spawn([sys.executable, "-c", code], log=log), wait_s=0.2))
    assert eventually(lambda: log.read_text() != "")

    supervisor.stop()

    assert supervisor.children[0].process is not None
    assert supervisor.children[0].process.returncode == -signal.SIGKILL
    assert eventually(lambda: not is_alive(int(log.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_no_child_outlives_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from backend.infra.embedded.processes import spawn\n"
        "print(spawn([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not is_alive(child))


def test_a_full_disk_does_not_end_the_watching(tmp_path: Path) -> None:
    def say(line: str) -> None:
        raise OSError(errno.ENOSPC, line)

    supervisor = Supervisor(say, pids_file=tmp_path / "no folder" / "processes.json")
    supervisor.add(Child("web", 0, lambda: spawn(SLEEP)))
    watcher = threading.Thread(target=supervisor.run_and_stop)
    watcher.start()
    first = supervisor.children[0].process
    assert first is not None

    first.kill()

    assert eventually(lambda: supervisor.children[0].process is not first)
    assert watcher.is_alive()
    supervisor.stopping.set()
    watcher.join()


def test_a_log_without_room_for_its_copy_is_emptied_all_the_same(tmp_path: Path) -> None:
    log = tmp_path / "web-1.log"
    log.write_text("x" * 100)
    (tmp_path / "web-1.log.1").mkdir()

    trim_logs([log], limit_bytes=99)

    assert log.read_text() == ""


def test_long_log_is_moved_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web-1.log"
    with log.open("a") as writer:
        writer.write("x" * 100)
        writer.flush()

        trim_logs([log, tmp_path / "absent.log"], limit_bytes=99)
        writer.write("next")
        writer.flush()

    assert (tmp_path / "web-1.log.1").read_text() == "x" * 100
    assert log.read_text() == "next"
