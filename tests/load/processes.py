"""What the processes of the instance under load use: CPU time and memory, read from /proc."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def web_pids() -> list[int]:
    """Return the web processes of the private instance, as its supervisor publishes them; none where it is not ours."""
    path = os.environ.get("HOITHI_PIDS_FILE")
    if not path:
        return []
    pids: dict[str, int] = json.loads(Path(path).read_text(encoding="utf-8"))
    return [pid for name, pid in sorted(pids.items()) if name.startswith("web-")]


def cpu_s(pids: Iterable[int]) -> float:
    """Return the seconds of CPU, user and system, that processes have used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS_PER_S


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident MiB of one process. `own` leaves out pages of files: binaries, and figures that siblings share."""

    resident: float
    own: float


def memory_mb(pid: int) -> Memory:
    """Return what a process holds in memory right now."""
    kb = {
        words[0]: int(words[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        if (words := line.split())
    }
    return Memory(resident=kb["Rss:"] / 1024, own=kb["Anonymous:"] / 1024)
