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
class Held:
    """What one process holds: resident MiB, those that are no pages of files, and open descriptors, sockets mostly."""

    resident_mb: float
    own_mb: float
    descriptors: int


def held(pid: int) -> Held:
    """Return what a process holds right now."""
    kb = {
        words[0]: int(words[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        if (words := line.split())
    }
    descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Held(kb["Rss:"] / 1024, kb["Anonymous:"] / 1024, descriptors)
