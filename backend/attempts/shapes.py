"""How an attempt looks to its person. Never a key, never what was right."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from backend.attempts.models import Attempt
from backend.attempts.papers import paper_items
from backend.attempts.queries import list_saved
from backend.contests.queries import result_shown_at, rulebook_of
from backend.contests.shapes import prediction_shape
from backend.infra.waiting_room import Waiting


def submitted_shape(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return the word that an attempt has ended, and when its result may be seen where that is not now."""
    return {
        "state": str(attempt.state),
        "submitted_at": attempt.submitted_at,
        "receipt": attempt.receipt,
        "result_shown_at": result_shown_at(attempt.round, now=now),
    }


def attempt_shape(attempt: Attempt, *, now: datetime, saved: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return an attempt as the contract shows it: paper, what is saved, and the times to count down by.

    `saved` is read where it is not given.
    """
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
        "saved": list_saved(attempt) if saved is None else saved,
        "receipt": attempt.receipt or None,
    }


def waiting_shape(waiting: Waiting) -> dict[str, Any]:
    """Return a place in the line as the contract shows it."""
    return {
        "code": "waiting",
        "place": waiting.place,
        "ahead": waiting.ahead,
        "retry_ms": waiting.retry_ms,
        "ticket": waiting.ticket,
    }


def in_local_time(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the shape with its instants in the zone in which REST writes them."""
    return {key: localtime(value) if isinstance(value, datetime) else value for key, value in shape.items()}
