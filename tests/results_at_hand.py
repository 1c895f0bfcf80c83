"""Results as scoring writes them, told downstream as it tells them; no attempt is played for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.infra import events
from backend.results.events import ResultsRecorded
from backend.results.models import Result
from backend.units.models import Unit
from tests.factories import NOON


def make_result(
    *,
    person: Person,
    round: Round,  # noqa: A002  # the field's name
    correct: int = 0,
    points: int | None = None,
    items: int = 3,
    submitted_at: datetime = NOON,
    started_at: datetime | None = None,
    used_ms: int = 60_000,
    prediction: int | None = None,
    territory: Unit | None = None,
    party: Unit | None = None,
    workplace: Unit | None = None,
    state: str = "submitted",
) -> Result:
    """One ended attempt with its result, not yet told to anybody."""
    shared: dict[str, Any] = {
        "person": person,
        "contest": round.contest,
        "round": round,
        "prediction": prediction,
        "submitted_at": submitted_at,
        "territory": territory,
        "party": party,
        "workplace": workplace,
    }
    attempt = Attempt.objects.create(
        **shared,
        number=Attempt.objects.filter(person=person, round=round).count() + 1,
        state=state,
        seed=1,
        paper=[],
        started_at=started_at or submitted_at,
        deadline_at=submitted_at,
    )
    return Result.objects.create(
        **shared,
        attempt=attempt,
        key_version=round.contest.key_version,
        correct_count=correct,
        points=points,
        item_count=items,
        is_all_correct=correct == items,
        used_ms=used_ms,
    )


def tell(results: Sequence[Result]) -> None:
    """Tell downstream of results, in one transaction as scoring does."""
    with transaction.atomic():
        contest_ids = frozenset(result.contest_id for result in results)
        events.publish(ResultsRecorded(tuple(result.pk for result in results), contest_ids))


def record(**fields: Any) -> Result:
    """Make one result and tell of it, in one transaction."""
    with transaction.atomic():
        result = make_result(**fields)
        tell([result])
    return result
