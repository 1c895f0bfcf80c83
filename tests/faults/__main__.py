"""Inject faults: `python -m tests.faults [NAMES] [--seconds S] [--seed N] [--clients N] [--short]`.

A line for each fault on stdout, what is going on and the findings on stderr; the last line is `N passed, N failed`.
"""

import argparse
import asyncio
import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.proof import PROOFS, prove
from tests.faults.skipping import Skipped
from tests.faults.stand.servers import Stand, running_stand
from tests.faults.trial import NEWCOMERS_MAX, play

SHOWN = 12


def main(arguments: list[str]) -> int:
    """Run the named faults, all where none is named, and return the exit status."""
    asked = _options(arguments)
    known = [*FAULTS, "mutations"]
    names = [name if name == "mutations" else name.upper() for name in asked.names] or known
    if unknown := [name for name in names if name not in known]:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    passed = failed = 0
    with ExitStack() as opened:
        needs_stand = any(name == "mutations" or FAULTS[name].plan for name in names)
        stand = opened.enter_context(running_stand(people=_count_people(names, asked))) if needs_stand else None
        for name in names:
            began = time.monotonic()
            try:
                findings, figures = _run(name, stand, asked)
            except Skipped as reason:
                print(f"{name} skipped: {reason}", flush=True)
                continue
            for finding in findings[:SHOWN]:
                print(f"    {name} {finding}", file=sys.stderr)
            verdict = "FAILED" if findings else "passed"
            wall_s = time.monotonic() - began
            print(f"{name} {verdict} in {wall_s:.0f} s, seed {asked.seed}: {json.dumps(figures)}", flush=True)
            passed, failed = passed + (not findings), failed + bool(findings)
    print(f"{passed} passed, {failed} failed", flush=True)
    return int(failed > 0)


def _count_people(names: list[str], asked: argparse.Namespace) -> int:
    """Return how many people the trials take in all: nobody takes part twice."""
    plans = [FAULTS[name].plan if name in FAULTS else None for name in names]
    sizes = [plan.crowd_size(asked.clients, is_short=asked.short) for plan in plans if plan is not None]
    return sum(sizes) + NEWCOMERS_MAX * len(names) + asked.clients * len(PROOFS)


def _run(name: str, stand: Stand | None, asked: argparse.Namespace) -> tuple[list[str], dict[str, float]]:
    print(f"{name}: {FAULTS[name].what if name in FAULTS else 'prove the checker'}", file=sys.stderr, flush=True)
    if name == "mutations":
        assert stand is not None
        return prove(stand, seed=asked.seed, clients=asked.clients)
    fault: Fault = FAULTS[name]
    if fault.alone is not None:
        return fault.alone(asked.short), {}
    assert stand is not None
    assert fault.plan is not None
    report = asyncio.run(
        play(fault.plan, stand, seed=asked.seed, clients=asked.clients, seconds=asked.seconds, is_short=asked.short)
    )
    if asked.history:
        report.crowd.history.write(Path(asked.history) / f"{name}.jsonl")
    return report.findings, report.figures


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 run.py faults", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(FAULTS)}, mutations; none: all")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long a fault goes on where that can be chosen")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--short", action="store_true", help="play the small form that the test run plays")
    parser.add_argument("--history", default="", help="a folder to write each trial's history into, as JSON lines")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
