"""How an attempt looks to its person. Never a key, never what was right."""

from datetime import datetime
from typing import Any

from backend.attempts.models import Attempt
from backend.attempts.papers import paper_items
from backend.attempts.queries import list_saved
from backend.contests.queries import rulebook_of
from backend.contests.shapes import prediction_shape

PREDICTION_MAX = 10_000_000  # more people than live in the city


def attempt_shape(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return an attempt as the contract shows it: paper, what is saved, and the times to count down by."""
    prediction = prediction_shape(rulebook_of(attempt.contest).prediction)
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
        "prediction": None if prediction is None else {**prediction, "min": 0, "max": PREDICTION_MAX},
        "saved": list_saved(attempt),
        "receipt": attempt.receipt or None,
    }
