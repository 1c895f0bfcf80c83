"""Write results: derived from attempts, once per key version."""

from collections.abc import Sequence

from django.db import transaction

from backend.attempts.models import Attempt
from backend.infra import events
from backend.results.events import ResultsRecorded
from backend.results.models import Result
from backend.results.pointers import hold_pointers
from backend.results.scoring import Scored, score_attempts


@transaction.atomic
def record_results(*, attempt_ids: Sequence[int]) -> list[Result]:
    """Score attempts that have just ended and tell downstream, in the caller's transaction.

    Beside the keys in force, a version that is being computed aside gets its results of persons it has taken over.
    A result that exists already breaks `result_once_per_key_version`: an attempt ends once, so that is a bug.
    """
    attempts = list(Attempt.objects.filter(pk__in=attempt_ids).order_by("pk"))
    made: list[Result] = []
    for pointer in hold_pointers(attempt.contest_id for attempt in attempts):
        covered = [one for one in attempts if pointer.covers(contest_id=one.contest_id, person_id=one.person_id)]
        scored = score_attempts(covered, contest_id=pointer.contest_id, key_version=pointer.key_version)
        made += [make_result(one) for one in scored]
    results = Result.objects.bulk_create(made)
    if results:
        events.publish(ResultsRecorded(tuple(result.pk for result in results)))
    return results


def make_result(scored: Scored) -> Result:
    """Return the result of a scored attempt, unsaved."""
    attempt = scored.attempt
    if attempt.submitted_at is None:
        raise ValueError(f"{attempt} is still open")
    return Result(
        attempt=attempt,
        key_version=scored.key_version,
        person_id=attempt.person_id,
        contest_id=attempt.contest_id,
        round_id=attempt.round_id,
        correct_count=scored.score.correct_count,
        points=scored.points,
        item_count=scored.score.item_count,
        is_all_correct=scored.score.is_all_correct,
        used_ms=scored.used_ms,
        prediction=attempt.prediction,
        submitted_at=attempt.submitted_at,
        territory_id=attempt.territory_id,
        party_id=attempt.party_id,
        workplace_id=attempt.workplace_id,
    )
