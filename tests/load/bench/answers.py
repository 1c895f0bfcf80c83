"""`bench answers`: durable acknowledgements a second through the real socket, beside the floor and the baseline.

    python3 run.py bench answers [--growth] [--turns N] [--sockets N] [--window N] [--seconds S] [--rate N]

How each number is taken stands in ../README.md.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from tests.load.generator import Order, Outcome
from tests.load.options import parser, say, set_up_django

if TYPE_CHECKING:
    from tests.load.seats import Seat

WARM_UP_S = 5.0
BASELINE_SOCKETS = 200  # more of them only make it slower
GROWTH = (1, 4, 16)
GROWTH_UNIT = 300_000  # stored answers at 1x: 15,000 attempts


@dataclass(slots=True)
class Bench:
    """The seats of one run and all that was acknowledged on them: the check at the end knows every phone's story."""

    url: str
    seats: Sequence["Seat"]
    window: int
    seconds: float
    product: list[Outcome] = field(default_factory=list)
    floor: list[Outcome] = field(default_factory=list)

    def play_product(self, *, rate: float | None = None) -> Outcome:
        """Drive the product, each phone going on from its last `seq`."""
        from tests.load.driving import places

        return self._play("product", self.url, places(self.seats), played=self.product, rate=rate)

    def play_rival(self, name: str, url: str, seats: Sequence["Seat"], *, played: list[Outcome]) -> Outcome:
        paths = [[f"/{one.attempt.round_id}/{one.attempt.pk}", one.session_key] for one in seats]
        return self._play(name, url, paths, played=played)

    def _play(
        self, name: str, url: str, places: list[list[str]], *, played: list[Outcome], rate: float | None = None
    ) -> Outcome:
        from tests.load.driving import drive

        outcome = drive(
            Order(
                url=url,
                origin=url,
                seats=places,
                seconds=self.seconds,
                warm_up_s=WARM_UP_S,
                rate=rate,
                window=self.window,
                start_seq=max((max(one.sent) for one in played), default=0),
            )
        )
        played.append(outcome)
        loop = "closed loop" if rate is None else f"open loop at {rate:,}/s"
        say(
            f"{name}, {loop}: {outcome.acks_per_s:,.0f}/s, p50 {outcome.p50_ms} ms, p99 {outcome.p99_ms} ms"
            f" {outcome.refusals or ''} {outcome.closes or ''}"
        )
        return outcome


def run(arguments: list[str]) -> dict[str, object]:
    options = parser()
    options.add_argument("--turns", type=int, default=3, help="times that product and floor are driven in turn")
    options.add_argument("--sockets", type=int, default=2_000)
    options.add_argument("--window", type=int, default=1, help="answers in flight on each socket in the closed loop")
    options.add_argument("--seconds", type=float, default=5.0, help="measured in each turn, after the warm-up")
    options.add_argument("--rate", type=int, default=10_000, help="answers a second of the open loop")
    options.add_argument("--growth", action="store_true", help="again at 1x, 4x and 16x stored answers")
    chosen = options.parse_args(arguments)
    set_up_django(chosen.database_url)
    from tests.load.driving import count_lost
    from tests.load.rivals.floor import TABLE

    say(f"seating {chosen.sockets} people")
    bench = Bench(chosen.url, _seat(chosen.sockets), chosen.window, chosen.seconds)
    _in_turn(bench, chosen.turns, database_url=chosen.database_url)
    closed = list(bench.product)
    opened = bench.play_product(rate=chosen.rate)
    baseline = _baseline(bench, database_url=chosen.database_url)
    growth = _growth(bench) if chosen.growth else None
    acks_per_s = median(one.acks_per_s for one in closed)
    floor_acks_per_s = median(one.acks_per_s for one in bench.floor)
    figures: dict[str, object] = {
        "acks_per_s": round(acks_per_s),
        "p50_ms": opened.p50_ms,
        "p99_ms": opened.p99_ms,
        "p999_ms": opened.p999_ms,
        "floor_acks_per_s": round(floor_acks_per_s),
        "baseline_acks_per_s": round(baseline.acks_per_s),
        "of_floor": round(acks_per_s / floor_acks_per_s, 3),
        "times_baseline": round(acks_per_s / baseline.acks_per_s, 1),
        "lost": count_lost(bench.seats, bench.product),
        "floor_lost": count_lost(bench.seats, bench.floor, table=TABLE),
        "open_acks_per_s": round(opened.acks_per_s),
        "acks_per_s_by_turn": [round(one.acks_per_s) for one in closed],
        "floor_acks_per_s_by_turn": [round(one.acks_per_s) for one in bench.floor],
        "refused": sum(sum(one.refusals.values()) for one in bench.product),
        "unanswered": sum(one.unanswered for one in bench.product),
        "sockets": chosen.sockets,
        "window": chosen.window,
    }
    return figures if growth is None else {**figures, "growth": growth}


def _seat(count: int) -> "list[Seat]":
    from backend.infra import clock
    from tests.load import seats

    now = clock.now()
    return seats.seat(seats.make_citizens(count, now=now), seats.make_round(now=now), now=now)


def _in_turn(bench: Bench, turns: int, *, database_url: str) -> None:
    """Drive product and floor alternately: whatever else the machine does meets both."""
    from django.db import connection

    from tests.load.rivals.floor import CREATE
    from tests.load.rivals.running import running

    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    with ExitStack() as stack:
        url = stack.enter_context(running("floor", database_url=database_url))
        for _ in range(turns):
            bench.play_product()
            bench.play_rival("floor", url, bench.seats, played=bench.floor)


def _baseline(bench: Bench, *, database_url: str) -> Outcome:
    from tests.load.rivals.running import running

    # Seats of its own: it writes into the product's table.
    with running("baseline", database_url=database_url) as url:
        return bench.play_rival("baseline", url, _seat(BASELINE_SOCKETS), played=[])


def _growth(bench: Bench) -> list[dict[str, object]]:
    """Measure again with more answers stored. What one answer costs must not grow with what is stored."""
    from tests.load.stored import analyze, fill

    steps: list[dict[str, object]] = []
    for factor in GROWTH:
        stored = fill(bench.seats, answers=factor * GROWTH_UNIT)
        analyze()
        acks_per_s = bench.play_product().acks_per_s
        steps.append(
            {"stored": stored, "acks_per_s": round(acks_per_s), "us_per_ack": round(1_000_000 / acks_per_s, 1)}
        )
        say(f"{stored:,} answers stored: {steps[-1]['us_per_ack']} us an answer")
    return steps
