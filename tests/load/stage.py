"""What a benchmark stands on: its options, Django on the instance's database, and a contest of its own."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.contests.models import Round


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the benchmark finds the running product."""

    url: str
    database_url: str


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser that knows where the instance is; the benchmark adds its own options."""
    made = argparse.ArgumentParser(prog="python3 run.py bench", description=description)
    made.add_argument("--url", required=True, help=argparse.SUPPRESS)
    made.add_argument("--database-url", default=os.environ.get("DATABASE_URL", ""), help=argparse.SUPPRESS)
    return made


def open_instance(options: argparse.Namespace) -> Instance:
    """Set Django up on the instance's database. Models can be imported from here on, not before."""
    os.environ["DATABASE_URL"] = options.database_url
    # The benchmark's own checks read whole tables; the product's processes keep their five seconds.
    os.environ["DB_STATEMENT_TIMEOUT_MS"] = "600000"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    return Instance(options.url, options.database_url)


def say(text: str) -> None:
    """Tell the person who waits what is going on. Figures go into the last line of stdout alone."""
    print(f"  [{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def lay_out(key: str, *, now: datetime, closes_at: datetime | None = None) -> "Round":
    """Make a contest with one open round: papers of 20 questions drawn from the bank, 15 minutes for each."""
    from backend.contests.services import RoundPlan, lay_out_contest
    from backend.core.rulebook import Rulebook
    from backend.demo import content

    contest = lay_out_contest(
        key=f"{key}-{now:%H%M%S%f}",
        title="Hội thi đo tải",
        summary="",
        rulebook=Rulebook(),
        blueprint=content.BLUEPRINT,
        rounds=[RoundPlan("Đợt 1", now - timedelta(hours=1), closes_at or now + timedelta(days=1))],
        document_keys=content.DOCUMENT_KEYS,
        now=now,
    )
    return contest.rounds.select_related("contest").get()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of all do not exceed; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
