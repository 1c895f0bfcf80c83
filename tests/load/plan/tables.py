"""The tables of deploy/scale.md, written from the figures and the simulation."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.load.plan.curve import Peaks, Scenario, Sitting, arrivals, peaks, waits
from tests.load.plan.parts import parts

USE = 0.5  # a part is full at half of what it can do: the rest is for the process that just died, and for surprise
PATIENCE_S = 30.0  # the longest wait at the bell that the plan allows; the waiting room shows the place in the queue
MACHINES = (1, 2, 4, 8, 16, 32)


def tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return every table by its name."""
    return {name: make(figures) for name, make in _TABLES.items()}


def fill(page: str, figures: Mapping[str, Any]) -> str:
    """Return the page with its tables written anew. Raises KeyError where a table has no place in the page."""
    for name, table in tables(figures).items():
        place = re.compile(rf"(<!-- table {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise KeyError(name)
        page = place.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", page)
    return page


def _scenarios(figures: Mapping[str, Any]) -> list[Scenario]:
    return [Scenario(**one) for one in figures["scenarios"]]


def _sitting(figures: Mapping[str, Any]) -> Sitting:
    return Sitting(**figures["sitting"])


def _start_rate(figures: Mapping[str, Any]) -> float:
    return float(figures["start"]["people"]) / float(figures["start"]["seconds"])


def _admitted(figures: Mapping[str, Any], scenario: Scenario) -> tuple[int, Peaks, float]:
    """Return how many machines let everybody in within the patience, and the peaks and the wait behind their gate."""
    for machines in range(1, 10_000):
        started, wait_s = waits(arrivals(scenario), per_s=machines * _start_rate(figures) * USE)
        if wait_s <= PATIENCE_S:
            return machines, peaks(started, _sitting(figures)), wait_s
    raise ValueError("no number of machines is enough")


def _measured(figures: Mapping[str, Any]) -> str:
    rows = [
        [
            part.name,
            f"{_number(part.capacity)} {part.unit}",
            part.source,
            _first_full(figures, part.load, part.capacity),
        ]
        for part in parts(figures)
    ]
    rows.sort(key=lambda row: float(row[3].replace(",", "")))
    return _table(["part", "one machine of two cores", "figure", "people sitting at once when it is half full"], rows)


def _first_full(figures: Mapping[str, Any], load: Callable[[Peaks], float], capacity: float) -> str:
    """How many people, arriving over one sitting's length, fill half of the part: the smallest number fills first."""
    sitting = _sitting(figures)
    people = 1_000_000
    one = peaks([people / sitting.seconds] * sitting.seconds, sitting)
    return _number(math.floor(people * capacity * USE / load(one)))


def _loads(figures: Mapping[str, Any]) -> str:
    rows = []
    for scenario in _scenarios(figures):
        _, most, wait_s = _admitted(figures, scenario)
        rows.append(
            [
                scenario.name,
                _number(max(arrivals(scenario))),
                _number(most.starts),
                f"{wait_s:.0f} s",
                _number(most.sitting),
                _number(most.answers),
            ]
        )
    return _table(["crowd", "presses/s", "starts/s let in", "longest wait", "sitting at once", "answers/s"], rows)


def _needed(figures: Mapping[str, Any]) -> str:
    scenarios = _scenarios(figures)
    crowds = [_admitted(figures, one)[1] for one in scenarios]
    rows = [[part.name, *(str(part.machines(one, use=USE)) for one in crowds)] for part in parts(figures)]
    rows.append(["**machines**", *(f"**{max(int(row[at]) for row in rows)}**" for at in range(1, len(scenarios) + 1))])
    return _table(["part", *(one.name for one in scenarios)], rows)


def _bell(figures: Mapping[str, Any]) -> str:
    scenario = _scenarios(figures)[-1]
    rows = []
    for machines in MACHINES:
        started, wait_s = waits(arrivals(scenario), per_s=machines * _start_rate(figures) * USE)
        most = peaks(started, _sitting(figures))
        rows.append([str(machines), _number(most.starts), f"{wait_s:,.0f} s", _number(most.answers)])
    return _table(["machines", "starts/s", "longest wait", "answers/s that follow"], rows)


def _storage(figures: Mapping[str, Any]) -> str:
    people = _scenarios(figures)[0].people
    rows = []
    for name, size in figures["bytes"].items():
        if name != "source":
            rows.append([name.replace("_", " "), f"{size:,}", f"{people * size / 1e9:,.0f} GB"])
    return _table(["per attempt", "bytes", f"{people:,} attempts"], rows)


def _set_work(figures: Mapping[str, Any]) -> str:
    people = _scenarios(figures)[0].people
    regrade, replay = figures["regrade"], figures["replay"]
    rows = [
        ["regrade all results", f"{people / regrade['results'] * regrade['wall_s'] / 60:,.0f} min", regrade["source"]],
        ["replay all attempts", f"{people / replay['attempts_per_minute'] / 60:,.1f} h", replay["source"]],
    ]
    return _table(["work, on one machine of two cores", f"{people:,}", "figure"], rows)


def _number(value: float) -> str:
    """Three digits that count, with separators: more would pretend to know more."""
    if value < 1:
        return f"{value:.2f}"
    digits = max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


_TABLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "measured": _measured,
    "loads": _loads,
    "needed": _needed,
    "bell": _bell,
    "storage": _storage,
    "sets": _set_work,
}
