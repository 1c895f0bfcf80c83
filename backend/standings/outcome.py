"""Assemble one person's own result: score, ranks, and after the release keys and proofs."""

from datetime import datetime
from typing import Any

from backend.attempts.models import Attempt
from backend.contests.queries import are_keys_released
from backend.infra.reading import one_snapshot
from backend.results.queries import find_voiding, get_own_result, review_items
from backend.standings.boards import own_ranks
from backend.standings.shown import find_shown

# A voided attempt stands nowhere, whatever another attempt of the person does.
NO_RANKS = {"round": None, "territory": None, "workplace": None}


def describe_result(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return the result as the contract shows it; the caller has made sure whose it is. Raises AttemptOpen."""
    with one_snapshot():
        # The pointer as of this snapshot, for score, ranks and epoch alike: it may have moved since it was read.
        attempt.contest.refresh_from_db(fields=["key_version"])
        attempt.round.contest = attempt.contest
        result = get_own_result(attempt=attempt)
        shown = find_shown(attempt.round, now=now)
        voiding = find_voiding(attempt)
        ranks = NO_RANKS if voiding else own_ranks(attempt.round, result, shown)
        items = review_items(attempt, now=now)
    return {
        "attempt": attempt.uuid,
        "round": attempt.round.uuid,
        "contest": attempt.contest.key,
        "state": attempt.state,
        "correct_count": result.correct_count,
        "item_count": result.item_count,
        "used_ms": result.used_ms,
        "prediction": result.prediction,
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
        "keys_release_at": attempt.round.keys_release_at,
        "items": items,
    }
