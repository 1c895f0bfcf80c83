"""A contest of its own for a benchmark, and the few figures they share. Needs Django set up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.contests.models import Round
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.rulebook import Rulebook
from backend.demo import content


def lay_out(key: str, *, now: datetime, closes_at: datetime | None = None) -> Round:
    """Make a contest with one open round: papers of 20 questions drawn from the bank, 15 minutes for each."""
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
