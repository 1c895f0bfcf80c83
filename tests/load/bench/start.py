"""`bench start`: the opening bell. Web processes just born, ten thousand people press start within ten seconds.

Each presses as the page does: waits where told to, and comes back with the ticket. A person counts once the whole paper
has arrived; the time runs from the press, the line included.
"""

import argparse
import json
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import uvloop

OPENS_IN_S = 3.0  # the bell rings while everybody already has the page
RESTART_S = 60.0


def run(arguments: list[str]) -> dict[str, object]:
    """Ring the bell; return its figures."""
    options = _read(arguments)
    os.environ["DATABASE_URL"] = options.database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    sizes = [options.people // 16, options.people // 4] if options.growth else []
    rung = [_ring(options, size) for size in (*sizes, options.people)]
    figures = rung[-1]
    if sizes:
        figures["growth_cpu_ms_per_start"] = {str(one["people"]): one["web_cpu_ms_per_start"] for one in rung}
        figures["growth_p99_ms"] = {str(one["people"]): one["p99_ms"] for one in rung}
    return figures


def _ring(options: argparse.Namespace, people: int) -> dict[str, Any]:
    """Lay out a contest of its own, and let these people press."""
    from backend.attempts.models import Attempt, PreparedPaper
    from backend.attempts.services import build_papers
    from backend.contests.models import Round
    from backend.infra import clock
    from tests.load.bell_people import lay_out_round, make_pressers
    from tests.load.pressing import Phones

    now = clock.now()
    one = lay_out_round(opens_at=now + timedelta(days=1), now=now)
    pressers = make_pressers(people, now=now)
    _say(f"{len(pressers)} people at the door")
    if not options.no_pool:
        build_papers(now=now, ahead_count=people)
    pooled = PreparedPaper.objects.filter(round=one).count()
    _say(f"{pooled} papers drawn ahead")
    is_cold = _restart_web(options.url)
    Round.objects.filter(pk=one.pk).update(opens_at=clock.now() + timedelta(seconds=OPENS_IN_S))
    time.sleep(OPENS_IN_S)

    cpu_before = _cpu_ms()
    phones = Phones(options.url, str(one.uuid), item_count=20)
    pressed = uvloop.run(phones.run([presser.session_key for presser in pressers], over_s=options.seconds))
    cpu_after = _cpu_ms()

    started = Attempt.objects.filter(round=one)
    missing = people - started.values("person_id").distinct().count()
    twice = started.count() - started.values("seed").distinct().count()
    for error in pressed.errors[:5]:
        _say(error)
    times = sorted(pressed.seconds)
    return {
        "people": people,
        "errors": max(len(pressed.errors), missing) + twice,
        "p50_ms": _quantile_ms(times, 0.5),
        "p99_ms": _quantile_ms(times, 0.99),
        "max_ms": _quantile_ms(times, 1.0),
        "admitted_per_s": round(len(times) / pressed.last_at, 1),
        "waited": pressed.waited_count,
        "pressed_within_s": options.seconds,
        "papers_ahead": pooled,
        "cold": is_cold,
        "web_cpu_ms_per_start": round((cpu_after - cpu_before) / max(1, len(times)), 3),
    }


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 run.py bench start")
    parser.add_argument("--url", required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="everybody has pressed by then")
    parser.add_argument("--growth", action="store_true", help="first a sixteenth and a quarter of the people")
    parser.add_argument("--no-pool", action="store_true", help="draw every paper on the spot")
    return parser.parse_args(arguments)


def _web_pids() -> dict[str, int]:
    """Return the web processes of the private instance by name; none where it is another's."""
    path = os.environ.get("HOITHI_PIDS_FILE", "")
    found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8")) if path and Path(path).exists() else {}
    return {name: pid for name, pid in found.items() if name.startswith("web-")}


def _restart_web(url: str) -> bool:
    """End the web processes and wait for their successors: whoever presses first meets a process that served nobody."""
    before = _web_pids()
    for pid in before.values():
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + RESTART_S
    while before and time.monotonic() < deadline:
        if not set(before.values()) & set(_web_pids().values()) and _is_ready(url):
            return True
        time.sleep(0.2)
    return False


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=3) as answer:  # our own http address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _cpu_ms() -> float:
    """Return the processor time that the web processes have used."""
    ticks = 0
    for pid in _web_pids().values():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _quantile_ms(times: list[float], share: float) -> float:
    if not times:
        return 0.0
    return round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
