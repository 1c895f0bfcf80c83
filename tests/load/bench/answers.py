"""`bench answers`: durable acknowledgements a second through the real socket, beside the floor and the baseline.

    python3 run.py bench answers [--growth] [--sockets N] [--window N] [--seconds S] [--rate N]

How each number is taken stands in ../README.md.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.load.generator import Order, Outcome
from tests.load.options import parser, say, set_up_django

BASELINE_SOCKETS = 200  # more of them only make it slower
GROWTH = (1, 4, 16)
GROWTH_UNIT = 300_000  # stored answers at 1x: 15,000 attempts


@dataclass(slots=True)
class Session:
    """The seats of one benchmark and what was acknowledged on them, so that the check at the end knows all of it."""

    url: str
    seats: list[Any]
    window: int
    seconds: float
    outcomes: list[Outcome] = field(default_factory=list)

    def play(self, *, rate: float | None = None) -> Outcome:
        """Drive the product once more, each phone going on from its last `seq`."""
        from tests.load.driving import drive, places

        outcome = drive(
            Order(
                url=self.url,
                origin=self.url,
                seats=places(self.seats),
                seconds=self.seconds,
                rate=rate,
                window=self.window,
                start_seq=max((max(one.sent) for one in self.outcomes), default=0),
            )
        )
        self.outcomes.append(outcome)
        say(f"  {outcome.acks_per_s:,.0f}/s, p99 {outcome.p99_ms} ms, {outcome.refusals or ''} {outcome.closes or ''}")
        return outcome


def run(arguments: list[str]) -> dict[str, object]:
    options = parser()
    options.add_argument("--sockets", type=int, default=1_500)
    options.add_argument("--window", type=int, default=2, help="answers in flight on each socket in the closed loop")
    options.add_argument("--seconds", type=float, default=8.0)
    options.add_argument("--rate", type=int, default=10_000, help="answers a second of the open loop")
    options.add_argument("--growth", action="store_true", help="again at 1x, 4x and 16x stored answers")
    options.add_argument("--only", choices=["product", "floor"], help="for a look at one of them")
    chosen = options.parse_args(arguments)
    set_up_django(chosen.database_url)
    from backend.infra import clock
    from tests.load import seats as seating
    from tests.load.driving import count_lost

    say(f"seating {chosen.sockets} people")
    now = clock.now()
    seats = seating.seat(seating.make_citizens(chosen.sockets, now=now), seating.make_round(now=now), now=now)
    session = Session(chosen.url, seats, chosen.window, chosen.seconds)
    figures: dict[str, object] = {"sockets": chosen.sockets, "window": chosen.window}
    if chosen.only != "floor":
        figures |= _product(session, rate=chosen.rate)
    if chosen.only != "product":
        figures |= _rivals(session, chosen.database_url, with_baseline=chosen.only is None)
    if chosen.only is None:
        figures["of_floor"] = round(figures["acks_per_s"] / figures["floor_acks_per_s"], 3)  # type: ignore[operator]
        figures["times_baseline"] = round(figures["acks_per_s"] / figures["baseline_acks_per_s"], 1)  # type: ignore[operator]
    if chosen.growth:
        figures["growth"] = _growth(session)
    if session.outcomes:
        figures["lost"] = count_lost(seats, session.outcomes)
    return figures


def _product(session: Session, *, rate: int) -> dict[str, object]:
    say("the product, closed loop")
    closed = session.play()
    say(f"the product, open loop at {rate:,}/s")
    opened = session.play(rate=rate)
    return {
        "acks_per_s": round(closed.acks_per_s),
        "closed_p50_ms": closed.p50_ms,
        "closed_p99_ms": closed.p99_ms,
        "open_acks_per_s": round(opened.acks_per_s),
        "p50_ms": opened.p50_ms,
        "p99_ms": opened.p99_ms,
        "p999_ms": opened.p999_ms,
        "refused": sum(closed.refusals.values()) + sum(opened.refusals.values()),
        "unanswered": closed.unanswered + opened.unanswered,
        "generator_cores": round(closed.generator_cpu_s / (session.seconds + 2), 2),
    }


def _rivals(session: Session, database_url: str, *, with_baseline: bool) -> dict[str, object]:
    from django.db import connection

    from backend.attempts.models import Answer
    from tests.load.driving import count_lost
    from tests.load.rivals.floor import CREATE, TABLE
    from tests.load.rivals.running import running

    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        cursor.execute(f"TRUNCATE {TABLE}")
    say("the floor, closed loop")
    with running("floor", database_url=database_url) as url:
        floor = _play_rival(url, session, session.seats)
    figures: dict[str, object] = {
        "floor_acks_per_s": round(floor.acks_per_s),
        "floor_p99_ms": floor.p99_ms,
        "floor_lost": count_lost(session.seats, [floor], table=TABLE),
    }
    if with_baseline:
        say("the baseline, closed loop")
        few = session.seats[:BASELINE_SOCKETS]
        with running("baseline", database_url=database_url) as url:
            # Its rows would look like the product's.
            from backend.infra import clock
            from tests.load import seats as seating

            now = clock.now()
            others = seating.seat(seating.make_citizens(len(few), now=now), seating.make_round(now=now), now=now)
            baseline = _play_rival(url, session, others)
            Answer.objects.filter(attempt__in=[one.attempt for one in others]).delete()
        figures |= {"baseline_acks_per_s": round(baseline.acks_per_s), "baseline_p99_ms": baseline.p99_ms}
    return figures


def _play_rival(url: str, session: Session, seats: list[Any]) -> Outcome:
    from tests.load.driving import drive

    outcome = drive(
        Order(
            url=url,
            origin=url,
            seats=[[f"/{one.attempt.round_id}/{one.attempt.pk}", one.session_key] for one in seats],
            seconds=session.seconds,
            window=session.window,
        )
    )
    say(f"  {outcome.acks_per_s:,.0f}/s, p99 {outcome.p99_ms} ms, {outcome.refusals or ''}")
    return outcome


def _growth(session: Session) -> list[dict[str, object]]:
    """Measure again with more answers stored. What one answer costs must not grow with what is stored."""
    from tests.load.stored import analyze, fill

    steps: list[dict[str, object]] = []
    for factor in GROWTH:
        stored = fill(session.seats, answers=factor * GROWTH_UNIT)
        analyze()
        say(f"the product, closed loop, {stored:,} answers stored")
        outcome = session.play()
        steps.append(
            {
                "stored": stored,
                "acks_per_s": round(outcome.acks_per_s),
                "us_per_ack": round(1_000_000 / outcome.acks_per_s, 1),
            }
        )
    return steps
