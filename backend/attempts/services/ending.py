"""End attempts by the clock, once: a guarded update, and the result is written in its transaction."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from backend.attempts.events import AttemptsEnded
from backend.attempts.models import Attempt
from backend.attempts.services.patience import patience
from backend.attempts.states import Move, step
from backend.core.timing import GRACE
from backend.infra import events
from backend.infra.arrays import array_text, quoted_array_text

# Answers received in time may still wait for their commit: at most a second in the queue and a second of backoff.
SETTLE = timedelta(seconds=3)
# Ten thousand that end in one second are five transactions of a fraction of a second each; two sweepers share them.
SWEEP_LIMIT = 2_000
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: people read receipts out over the telephone

_RUNNING, _EXPIRED = step(Move.EXPIRE)

_EXPIRE = f"""
WITH overdue AS (
    SELECT id, row_number() OVER (ORDER BY deadline_at, id) AS place
      FROM (SELECT id, deadline_at FROM attempts_attempt
             WHERE state = '{_RUNNING}' AND deadline_at < %(before)s
               AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
             ORDER BY {{order}}
             LIMIT %(limit)s
               FOR NO KEY UPDATE {{skip_locked}}) AS locked
)
UPDATE attempts_attempt a
   SET state = '{_EXPIRED}', submitted_at = a.deadline_at, receipt = (%(receipts)s::text[])[overdue.place]
  FROM overdue
 WHERE a.id = overdue.id
RETURNING a.id
"""  # noqa: S608  # built from constants alone


def expire_overdue(*, now: datetime, limit: int = SWEEP_LIMIT, attempt_ids: Sequence[int] | None = None) -> int:
    """End open attempts whose time is up, the oldest first, and return how many. Safe beside any number of others.

    With `attempt_ids` only those, as soon as nothing that counts can arrive; else a little later, so that answers and
    presses which were received in time come first, and passing over those that somebody else is ending.
    """
    # Named ones are locked in the order in which submissions lock theirs: whoever has to wait never holds up another.
    by_deadline = {"order": "deadline_at, id", "skip_locked": "SKIP LOCKED"}
    statement = _EXPIRE.format(**(by_deadline if attempt_ids is None else {"order": "id", "skip_locked": ""}))
    with transaction.atomic():
        before = now - GRACE - (SETTLE + patience() if attempt_ids is None else timedelta())
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                {
                    "before": before,
                    "ids": None if attempt_ids is None else array_text(attempt_ids),
                    "limit": limit,
                    "receipts": quoted_array_text(
                        make_receipt() for _ in range(limit if attempt_ids is None else len(attempt_ids))
                    ),
                },
            )
            ended = tuple(sorted(row[0] for row in cursor.fetchall()))
        if ended:
            events.publish(AttemptsEnded(ended))
    return len(ended)


def next_due_at() -> datetime | None:
    """Return when the next open attempt may be swept; None where none is open. An index answers this at once."""
    earliest = (
        Attempt.objects.filter(state=_RUNNING).order_by("deadline_at", "pk").values_list("deadline_at", flat=True)
    )
    deadline_at = earliest.first()
    return None if deadline_at is None else deadline_at + GRACE + SETTLE


def sweep(*, now: datetime, limit: int = SWEEP_LIMIT) -> int:
    """End everything that is overdue, a transaction for each `limit` attempts; return how many."""
    total = 0
    while ended := expire_overdue(now=now, limit=limit):
        total += ended
        if ended < limit:
            break
    return total


def make_receipt() -> str:
    """Return a short code to keep, like "7K3M-9QXT-0B2F": sixty random bits, nothing of the person."""
    bits = secrets.randbits(60)
    code = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(0, 60, 5))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
