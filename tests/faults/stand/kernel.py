"""What the kernel knows of our processes: children, memory, and signals to whole families."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(word) for word in task.read_text().split()]
    return found


def send(pid: int, number: signal.Signals, *, family: bool = False) -> None:
    """Signal a process of ours, and where `family` its direct children with it; who is gone already is passed over."""
    for one in [pid, *(children_of(pid) if family else ())]:
        with suppress(ProcessLookupError):
            os.kill(one, number)


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process, 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def wait_gone(pid: int, *, wait_s: float) -> bool:
    """Wait until a process has died; a zombie that nobody reaped yet is dead."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
