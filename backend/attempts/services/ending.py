"""End attempts, once: `open -> submitted | expired` is a guarded update; the result is written in its transaction."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from backend.attempts.events import AttemptsEnded
from backend.attempts.models import Attempt
from backend.attempts.states import Move, step
from backend.contests.queries import rulebook_of
from backend.core.timing import GRACE, is_in_time
from backend.infra import events

# Answers received in time may still wait for their commit: at most a second in the queue and a second of backoff.
SETTLE = timedelta(seconds=3)
SWEEP_LIMIT = 500
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: people read receipts out over the telephone

_STARTED, _SUBMITTED = step(Move.SUBMIT)
_RUNNING, _EXPIRED = step(Move.EXPIRE)

_SUBMIT = f"""
UPDATE attempts_attempt
   SET state = '{_SUBMITTED}', submitted_at = least(%(received_at)s, deadline_at),
       prediction = %(prediction)s, receipt = %(receipt)s
 WHERE id = %(id)s AND state = '{_STARTED}' AND %(received_at)s <= deadline_at + %(grace)s::interval
RETURNING id
"""  # noqa: S608  # built from constants alone
_EXPIRE = f"""
WITH overdue AS (
    SELECT id, row_number() OVER (ORDER BY deadline_at, id) AS place
      FROM (SELECT id, deadline_at FROM attempts_attempt
             WHERE state = '{_RUNNING}' AND deadline_at < %(before)s
               AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))
             ORDER BY deadline_at, id
             LIMIT %(limit)s
               FOR UPDATE {{skip_locked}}) AS locked
)
UPDATE attempts_attempt a
   SET state = '{_EXPIRED}', submitted_at = a.deadline_at, receipt = (%(receipts)s::text[])[overdue.place]
  FROM overdue
 WHERE a.id = overdue.id
RETURNING a.id
"""  # noqa: S608  # built from constants alone


def submit_attempt(*, attempt: Attempt, prediction: int | None, received_at: datetime) -> Attempt:
    """End the attempt as its person asks, and return it as stored. Asking again returns the same.

    Asked after deadline and grace, the attempt has ended by the clock instead: state `expired`, prediction not taken.
    Nor is one that is no answer to what the contest asks.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _SUBMIT,
                {
                    "id": attempt.pk,
                    "received_at": received_at,
                    "prediction": _answering(attempt, prediction),
                    "receipt": _receipt(),
                    "grace": f"{GRACE.total_seconds()} s",
                },
            )
            is_ended_now = cursor.fetchone() is not None
        if is_ended_now:
            events.publish(AttemptsEnded((attempt.pk,)))
    if not is_ended_now and not is_in_time(received_at=received_at, deadline_at=attempt.deadline_at):
        expire_overdue(now=received_at, attempt_ids=[attempt.pk])
    attempt.refresh_from_db(fields=["state", "submitted_at", "prediction", "receipt"])
    return attempt


def expire_overdue(*, now: datetime, limit: int = SWEEP_LIMIT, attempt_ids: Sequence[int] | None = None) -> int:
    """End open attempts whose time is up, the oldest first, and return how many. Safe beside any number of others.

    With `attempt_ids` only those, as soon as nothing that counts can arrive; else a little later, so that answers which
    were received in time are stored first, and passing over those that somebody else is ending.
    """
    statement = _EXPIRE.format(skip_locked="SKIP LOCKED" if attempt_ids is None else "")
    before = now - GRACE - (SETTLE if attempt_ids is None else timedelta())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                {
                    "before": before,
                    "ids": None if attempt_ids is None else list(attempt_ids),
                    "limit": limit,
                    "receipts": [_receipt() for _ in range(limit if attempt_ids is None else len(attempt_ids))],
                },
            )
            ended = tuple(sorted(row[0] for row in cursor.fetchall()))
        if ended:
            events.publish(AttemptsEnded(ended))
    return len(ended)


def sweep(*, now: datetime, limit: int = SWEEP_LIMIT) -> int:
    """End everything that is overdue, a transaction for each `limit` attempts; return how many."""
    total = 0
    while ended := expire_overdue(now=now, limit=limit):
        total += ended
        if ended < limit:
            break
    return total


def _answering(attempt: Attempt, prediction: int | None) -> int | None:
    """Return the prediction where the rules ask for one and this can be it, as core.rules.playing takes it."""
    asked = None if prediction is None else rulebook_of(attempt.contest).prediction_rule
    return prediction if asked is not None and asked.is_possible(prediction) else None


def _receipt() -> str:
    """Return a short code to keep, like "7K3M-9QXT-0B2F": sixty random bits, nothing of the person."""
    code = "".join(secrets.choice(_CROCKFORD) for _ in range(12))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
