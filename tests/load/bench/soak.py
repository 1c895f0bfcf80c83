"""`bench soak`: minutes of answers at a steady rate, sockets lost and opened again at random; memory must not grow.

    python3 run.py bench soak [--minutes 10] [--rate 2000] [--sockets 1000] [--drops 5]

It ends by itself. How each number is taken stands in ../README.md.
"""

import time
from collections.abc import Sequence
from itertools import accumulate

from tests.load.generator import Order
from tests.load.options import parser, say, set_up_django
from tests.load.processes import Held, held, web_pids

WARM_UP_S = 60.0  # caches fill, the first papers are read, connections open: not what grows for ever
SAMPLE_EVERY_S = 2.0


def run(arguments: list[str]) -> dict[str, object]:
    options = parser()
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--rate", type=int, default=2_000, help="answers a second")
    options.add_argument("--sockets", type=int, default=1_000)
    options.add_argument("--drops", type=float, default=5.0, help="sockets lost a second")
    chosen = options.parse_args(arguments)
    set_up_django(chosen.database_url)
    from backend.infra import clock
    from tests.load import seats as seating
    from tests.load.driving import count_lost, finish, places, start

    now = clock.now()
    seats = seating.seat(seating.make_citizens(chosen.sockets, now=now), seating.make_round(now=now), now=now)
    seconds = chosen.minutes * 60
    warm_up_s = min(WARM_UP_S, seconds / 5)
    say(f"{chosen.minutes:g} minutes at {chosen.rate:,}/s over {chosen.sockets:,} sockets")
    generator = start(
        Order(
            url=chosen.url,
            origin=chosen.url,
            seats=places(seats),
            seconds=seconds - warm_up_s,
            warm_up_s=warm_up_s,
            rate=chosen.rate,
            drops_per_s=chosen.drops,
        )
    )
    pids = web_pids()
    began = time.monotonic()
    samples: dict[int, list[tuple[float, Held]]] = {pid: [] for pid in pids}
    while generator.poll() is None and (at := time.monotonic() - began) < seconds:
        if at > warm_up_s:
            for pid in pids:
                samples[pid].append((at, held(pid)))
        time.sleep(SAMPLE_EVERY_S)
    outcome = finish(generator)
    return {
        "minutes": chosen.minutes,
        "sockets": chosen.sockets,
        "answers": outcome.acks,
        "lost": count_lost(seats, [outcome]),
        "acks_per_s": round(outcome.acks_per_s),
        "p50_ms": outcome.p50_ms,
        "p99_ms": outcome.p99_ms,
        "p999_ms": outcome.p999_ms,
        "reconnects": outcome.reconnects,
        "unanswered": outcome.unanswered,
        "refusals": outcome.refusals,
        **told(list(samples.values())),
        "restarted": pids != web_pids(),
    }


def told(processes: Sequence[Sequence[tuple[float, Held]]]) -> dict[str, object]:
    """Return by web process what tells a curve that flattens from one that goes on: slopes, and a value a minute."""
    resident = [[(at, one.resident_mb) for at, one in samples] for samples in processes]
    own = [[(at, one.own_mb) for at, one in samples] for samples in processes]
    halves = [(curve[: len(curve) // 2], curve[len(curve) // 2 :]) for curve in resident]
    return {
        "rss_slope_mb_per_h": [slope_per_h(curve) for curve in resident],
        "rss_slope_by_half_mb_per_h": [[slope_per_h(half) for half in pair] for pair in halves],
        "rss_mb_by_minute": [by_minute(curve) for curve in resident],
        "own_slope_mb_per_h": [slope_per_h(curve) for curve in own],
        "most_descriptors_by_minute": [most_by_minute(samples) for samples in processes],
    }


def by_minute(curve: Sequence[tuple[float, float]]) -> list[float]:
    """Return the last value of each minute."""
    return list({int(at // 60): round(mb, 1) for at, mb in curve}.values())


def most_by_minute(samples: Sequence[tuple[float, Held]]) -> list[int]:
    """Return the most descriptors a process had had by the end of each minute."""
    most = accumulate((one.descriptors for _, one in samples), max)
    return list({int(at // 60): count for (at, _), count in zip(samples, most, strict=True)}.values())


def slope_per_h(samples: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line through (seconds, MiB) in MiB an hour; 0.0 of fewer than two."""
    if len(samples) < 2:
        return 0.0
    mean_at = sum(at for at, _ in samples) / len(samples)
    mean_mb = sum(mb for _, mb in samples) / len(samples)
    spread = sum((at - mean_at) ** 2 for at, _ in samples)
    return round(3600 * sum((at - mean_at) * (mb - mean_mb) for at, mb in samples) / spread, 1)
