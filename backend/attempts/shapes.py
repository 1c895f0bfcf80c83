"""How an attempt looks to its person. Never a key, never what was right."""

from datetime import datetime
from typing import Any

from backend.attempts.models import Attempt
from backend.attempts.papers import paper_items
from backend.attempts.queries import list_saved
from backend.contests.queries import result_shown_at, rulebook_of
from backend.contests.shapes import prediction_shape


def submitted_shape(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return the word that an attempt has ended, and when its result may be seen where that is not now."""
    return {
        "state": str(attempt.state),
        "submitted_at": attempt.submitted_at,
        "receipt": attempt.receipt,
        "result_shown_at": result_shown_at(attempt.round, now=now),
    }


def attempt_shape(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return an attempt as the contract shows it: paper, what is saved, and the times to count down by."""
    return {
        "uuid": attempt.uuid,
        "round": attempt.round.uuid,
        "contest": attempt.contest.key,
        "number": attempt.number,
        "state": str(attempt.state),
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
        "server_time": now,
        "items": paper_items(attempt.paper),
        "prediction": prediction_shape(rulebook_of(attempt.contest)),
        "result_shown_at": result_shown_at(attempt.round, now=now),
        "saved": list_saved(attempt),
        "receipt": attempt.receipt or None,
    }
