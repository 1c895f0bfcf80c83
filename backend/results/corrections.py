"""Tell people that keys were corrected after they had handed in. Never which, before the release."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from backend.attempts.models import Attempt
from backend.contests.queries import are_keys_released
from backend.results.enums import RegradeState
from backend.results.models import Regrade, RegradeChange

FIRST_KEYS = 1  # those of the bank, with which every contest begins: nothing was corrected


@dataclass(frozen=True, slots=True)
class Correction:
    """A place of a paper whose key was corrected after the attempt had ended. `item` None: the keys are not released.

    The score has moved with the correction. Naming the question too would say whether its answer was right, while
    the person may have another attempt.
    """

    item: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BoardCorrection:
    """That the board stands by corrected keys: since when, of how many questions, and whether essays' marks entered."""

    at: datetime
    question_count: int
    has_marks: bool


def list_corrections(attempt: Attempt, *, now: datetime) -> list[Correction]:
    """Return the corrections that touch an ended attempt's paper, in its order, each place once with the latest."""
    if attempt.contest.key_version == FIRST_KEYS:
        return []
    places = {version_id: place for place, (version_id, _) in enumerate(attempt.paper, start=1)}
    rows = RegradeChange.objects.filter(
        regrade__contest_id=attempt.contest_id,
        regrade__state=RegradeState.APPLIED,
        regrade__applied_at__gt=attempt.submitted_at,
        version_id__in=places,
    )
    latest: dict[int, datetime] = {}
    for version_id, applied_at in rows.order_by("regrade__applied_at").values_list("version_id", "regrade__applied_at"):
        assert applied_at is not None
        latest[places[version_id]] = applied_at
    if are_keys_released(attempt.round, now=now):
        return [Correction(item, latest[item]) for item in sorted(latest)]
    return [Correction(None, at) for at in sorted(latest.values())]


def find_board_correction(*, contest_id: int, key_version: int) -> BoardCorrection | None:
    """Return what put this version of the keys in force; None for the first one, and for what is computed aside."""
    if key_version == FIRST_KEYS:
        return None
    row = (
        Regrade.objects.filter(contest=contest_id, target_key_version=key_version, state=RegradeState.APPLIED)
        .annotate(question_count=Count("changes__version"), change_count=Count("changes"))
        .values_list("applied_at", "question_count", "change_count")
        .first()
    )
    if row is None:
        return None
    applied_at, question_count, change_count = row
    assert applied_at is not None
    return BoardCorrection(applied_at, question_count, has_marks=change_count > question_count)
