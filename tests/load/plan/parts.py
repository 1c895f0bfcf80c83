"""What each part can do by the measured figures, and how many machines a crowd needs of it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.plan.curve import Peaks

FIGURES = Path(__file__).parents[3] / "deploy" / "figures.json"
# Where a figure of a benchmark lands; `at` names the benchmark whose JSON line is taken over whole.
BENCHES = ("answers", "start", "finish", "replay", "regrade")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can run out. `load` reads it off the peaks, `capacity` is what one machine of two cores does."""

    name: str
    unit: str
    load: Callable[[Peaks], float]
    capacity: float
    source: str

    def machines(self, peaks: Peaks, *, use: float) -> int:
        """Return how many machines keep the part at or below the share `use` of what it can do."""
        return max(1, math.ceil(self.load(peaks) / (self.capacity * use)))


def load_figures(path: Path = FIGURES) -> dict[str, Any]:
    """Read the committed figures."""
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def take(figures: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures with one benchmark's JSON line taken over as measured. Raises KeyError for another one."""
    name = line["bench"]
    if name not in BENCHES:
        raise KeyError(name)
    wanted = figures[name]
    known = {key: line[key] for key in wanted if key in line}
    return {**figures, name: {**wanted, **known, "source": "measured"}}


def parts(figures: Mapping[str, Any]) -> list[Part]:
    """Return what can run out at a peak, in the order of an attempt."""
    start, answers, finish, socket = (figures[name] for name in ("start", "answers", "finish", "sockets"))
    return [
        Part("starts", "starts/s", lambda p: p.starts, start["people"] / start["seconds"], start["source"]),
        Part("answers, durable", "acks/s", lambda p: p.answers, answers["acks_per_s"], answers["source"]),
        Part("open sockets", "sockets", lambda p: p.sitting, socket["per_process"] * 2, socket["source"]),
        Part("ends, scored", "ends/s", lambda p: p.ends, finish["attempts"] / finish["final_s"], finish["source"]),
        Part("counts, exact", "ends/s", lambda p: p.ends, finish["attempts"] / finish["exact_s"], finish["source"]),
    ]
