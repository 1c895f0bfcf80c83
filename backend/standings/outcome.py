"""Assemble one person's own result: score, ranks, and after the release keys and proofs."""

from datetime import datetime
from typing import Any

from backend.attempts.models import Attempt
from backend.contests.queries import are_keys_released, keys_released_at, result_shown_at, rulebook_of
from backend.contests.shapes import prediction_shape
from backend.infra.reading import one_snapshot
from backend.results.corrections import list_corrections
from backend.results.essays import OwnEssays, find_own_essays
from backend.results.queries import find_voiding, get_own_result, review_items
from backend.standings.boards import NO_RANKS, own_ranks
from backend.standings.shown import find_shown


def describe_result(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return the result as the contract shows it; the caller has made sure whose it is. Raises AttemptOpen.

    Until the rules let it be seen it tells of the person's own doing alone, and when the rest follows.
    """
    with one_snapshot():
        # The pointer as of this snapshot, for score, ranks and epoch alike: it may have moved since it was read.
        attempt.contest.refresh_from_db(fields=["key_version"])
        attempt.round.contest = attempt.contest
        result = get_own_result(attempt=attempt)
        shown = find_shown(attempt.round, now=now)
        shown_at = result_shown_at(attempt.round, now=now)
        voiding = find_voiding(attempt)
        # A voided attempt stands nowhere, whatever another attempt of the person does.
        ranks = own_ranks(attempt.round, result, shown) if shown_at is None and voiding is None else NO_RANKS
        items = review_items(attempt, now=now)
        essays = find_own_essays(attempt, key_version=result.key_version)
        corrections = list_corrections(attempt, now=now) if shown_at is None else []
    return {
        "attempt": attempt.uuid,
        "round": attempt.round.uuid,
        "contest": attempt.contest.key,
        "state": attempt.state,
        "result_shown_at": shown_at,
        "correct_count": result.correct_count if shown_at is None else None,
        "points": result.points if shown_at is None else None,
        "essay": _essay_shape(essays, is_shown=shown_at is None) if essays else None,
        "item_count": result.item_count,
        "used_ms": result.used_ms,
        "prediction": result.prediction,
        "prediction_asked": prediction_shape(rulebook_of(attempt.contest)),
        "submitted_at": result.submitted_at,
        "receipt": attempt.receipt or None,
        "epoch": shown.epoch,
        "ranks": ranks,
        "provisional": not shown.is_final,
        "final": shown.published is not None,
        "frozen_at": shown.frozen_at,
        "voided": {"at": voiding.voided_at, "reason": voiding.reason} if voiding else None,
        "final_at": attempt.round.closes_at,
        "keys_released": are_keys_released(attempt.round, now=now),
        "keys_release_at": keys_released_at(attempt.round),
        "corrections": corrections,
        "items": items,
    }


def _essay_shape(essays: OwnEssays, *, is_shown: bool) -> dict[str, Any]:
    return {
        "state": "entered" if essays.is_entered and is_shown else "waiting",
        "points": essays.points if is_shown else None,
        "most": essays.most,
    }
