"""End attempts as their persons ask: whoever presses in the same moment shares one transaction.

In the last minute of a round thousands press. Each is told after the commit, and gets what it would have got alone.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from weakref import WeakKeyDictionary

import structlog
from asgiref.sync import async_to_sync
from django.db import close_old_connections, connection, transaction

from backend.attempts.enums import AttemptState
from backend.attempts.errors import TryAgain
from backend.attempts.events import AttemptsEnded
from backend.attempts.models import Attempt
from backend.attempts.services.ending import expire_overdue, make_receipt
from backend.attempts.services.patience import say_when_behind
from backend.attempts.states import Move, step
from backend.contests.models import Round
from backend.contests.queries import result_shown_at, rulebook_in_play
from backend.core.timing import GRACE, is_in_time
from backend.infra import clock, events
from backend.infra.arrays import array_text, quoted_array_text
from backend.infra.group_commit import GroupCall, QueueFull
from backend.infra.group_commit.committer import RETRY_MS

log = structlog.get_logger(__name__)


class Submission(NamedTuple):
    """One press of the button: `received_at` is its entry into the process."""

    attempt_id: int
    prediction: int | None
    received_at: datetime


class _Stored(NamedTuple):
    """What stands in an attempt's row about its end. Thousands are read a second, so no models are made of them."""

    pk: int
    state: str
    submitted_at: datetime | None
    prediction: int | None
    receipt: str
    deadline_at: datetime
    round_id: int


class Ended(NamedTuple):
    """How an attempt ended, as stored; open and without its time while the clock has still to end it.

    `result_shown_at` is None where the result may be seen already.
    """

    state: AttemptState
    submitted_at: datetime | None
    prediction: int | None
    receipt: str
    result_shown_at: datetime | None


_STARTED, _SUBMITTED = step(Move.SUBMIT)
_EXPIRED = step(Move.EXPIRE)[1]

# Locked in the order of ids: two processes whose batches share attempts wait for each other instead of deadlocking.
# `state || ''` keeps the planner to the primary key, as in `statement`.
_SUBMIT = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(predictions)s::bigint[], %(received)s::timestamptz[], %(receipts)s::text[]
    ) AS one (id, prediction, received_at, receipt)
), held AS MATERIALIZED (
    SELECT id FROM attempts_attempt WHERE id = ANY(%(ids)s::bigint[]) AND state || '' = '{_STARTED}'
     ORDER BY id FOR NO KEY UPDATE
)
UPDATE attempts_attempt AS a
   SET state = '{_SUBMITTED}', submitted_at = least(asked.received_at, a.deadline_at),
       prediction = asked.prediction, receipt = asked.receipt
  FROM asked JOIN held USING (id)
 WHERE a.id = held.id AND a.state || '' = '{_STARTED}' AND asked.received_at <= a.deadline_at + %(grace)s::interval
RETURNING a.id
"""  # noqa: S608  # built from constants alone

_CONTESTS = "SELECT id, contest_id FROM attempts_attempt WHERE id = ANY(%s::bigint[])"
_STORED = """
SELECT id, state, submitted_at, prediction, receipt, deadline_at, round_id
  FROM attempts_attempt WHERE id = ANY(%s::bigint[])
"""

SubmitCall = GroupCall[Submission, Ended]
# Presses by HTTP from their entry into the process on, the oldest first: to be gathered they still need a thread.
_on_their_way: dict[object, datetime] = {}
_calls: "WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[SubmitCall, asyncio.Task[None]]]" = WeakKeyDictionary()


def submit_attempt(*, attempt: Attempt, prediction: int | None, received_at: datetime) -> Attempt:
    """End the attempt as its person asks, and return it as stored. Asking again returns the same.

    Asked after deadline and grace, the attempt has ended by the clock instead: state `expired`, prediction not taken.
    Nor is one that is no answer to what the contest asks.
    """
    (ended,) = submit_attempts([Submission(attempt.pk, prediction, received_at)])
    attempt.state, attempt.submitted_at, attempt.prediction, attempt.receipt, _ = ended
    return attempt


def submit_attempts(submissions: Sequence[Submission]) -> list[Ended]:
    """End many attempts in one transaction and return, in order, how each ended."""
    # Pressed twice, the first press counts.
    first = {one.attempt_id: one for one in sorted(submissions, key=lambda one: one.received_at, reverse=True)}
    with transaction.atomic():
        ended = _submit(list(first.values()))
        if ended:
            events.publish(AttemptsEnded(ended))
    stored = _read(first)
    overtaken = [
        one for one in first.values() if _was_in_time(one, stored) and stored[one.attempt_id].state == _EXPIRED
    ]
    if overtaken:
        # Never to be seen: the sweeper waits for a process that is behind (`patience`).
        waited_s = max((clock.now() - one.received_at).total_seconds() for one in overtaken)
        log.error("presses_overtaken", count=len(overtaken), waited_s=round(waited_s, 1))
    late = [one for one in first.values() if stored[one.attempt_id].state == AttemptState.OPEN]
    if late:
        _expire(late, stored)
        stored |= _read(one.attempt_id for one in late)
    shown_at = _results_shown_at(stored.values(), now=max(one.received_at for one in submissions))
    return [_ended(stored[one.attempt_id], shown_at) for one in submissions]


async def submit_soon(submission: Submission) -> Ended:
    """End an attempt together with whoever asks at the same time; return after the commit. Raises TryAgain."""
    try:
        return await _call().call(submission)
    except QueueFull:
        raise TryAgain(retry_after_s=RETRY_MS // 1000) from None


@contextmanager
def pressing(received_at: datetime) -> Iterator[None]:
    """Let a press by HTTP count as waiting while it is served, so that the sweeper does not overtake it."""
    _call()  # its task tells the sweeper where the process is behind
    press = object()
    _on_their_way[press] = received_at
    try:
        yield
    finally:
        del _on_their_way[press]


def submit_and_wait(submission: Submission) -> Ended:
    """Do the same from a thread of the server, waiting on the server's own loop. Raises TryAgain."""
    # Back into the pool: whoever waits with a connection in hand keeps it from the batch that is waited for.
    close_old_connections()
    return async_to_sync(submit_soon)(submission)


async def stop_submitting(*, timeout_s: float) -> bool:
    """End what waits and the running loop's task. False: something was left, its sender told to send again."""
    found = _calls.pop(asyncio.get_running_loop(), None)
    if found is None:
        return True
    call, task = found
    is_empty = await call.drained(timeout_s)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return is_empty


def _call() -> SubmitCall:
    """Return the running loop's group; its task is started with the first use and ends with the loop."""
    loop = asyncio.get_running_loop()
    found = _calls.get(loop)
    if found is None or found[1].done():
        call = SubmitCall(name="submissions", work=submit_attempts)
        found = _calls[loop] = (call, loop.create_task(_run(call), name="submissions"))
    return found[0]


async def _run(call: SubmitCall) -> None:
    def oldest() -> datetime | None:
        gathered = call.oldest
        waiting = [*islice(_on_their_way.values(), 1), *([gathered.received_at] if gathered else [])]
        return min(waiting, default=None)

    saying = asyncio.ensure_future(say_when_behind(oldest))
    try:
        await call.run()
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)


def _submit(submissions: Sequence[Submission]) -> tuple[int, ...]:
    """Move the open ones that came in time on, and return their ids, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SUBMIT,
            {
                "ids": array_text(one.attempt_id for one in submissions),
                "predictions": array_text(_answering(submissions)),
                "received": quoted_array_text(one.received_at.isoformat() for one in submissions),
                "receipts": quoted_array_text(make_receipt() for _ in submissions),
                "grace": f"{GRACE.total_seconds()} s",
            },
        )
        return tuple(sorted(row[0] for row in cursor.fetchall()))


def _answering(submissions: Sequence[Submission]) -> list[int | None]:
    """Return, in order, the predictions that can be answers to what their contests ask, as core.rules.playing does."""
    guessing = [one.attempt_id for one in submissions if one.prediction is not None]
    if not guessing:
        return [None] * len(submissions)
    with connection.cursor() as cursor:
        cursor.execute(_CONTESTS, [array_text(guessing)])
        rules = {pk: rulebook_in_play(contest_id).prediction_rule for pk, contest_id in cursor.fetchall()}

    def answering(one: Submission) -> int | None:
        rule = rules.get(one.attempt_id)
        return one.prediction if rule is not None and rule.is_possible(one.prediction) else None

    return [answering(one) for one in submissions]


def _expire(late: Sequence[Submission], stored: Mapping[int, _Stored]) -> None:
    """End by the clock what was asked for too late. Every one of them is overdue at the last of their instants."""
    for one in late:
        if _was_in_time(one, stored):
            raise RuntimeError(f"attempt {one.attempt_id} is open after it was submitted in time")
    expire_overdue(now=max(one.received_at for one in late), attempt_ids=[one.attempt_id for one in late])


def _was_in_time(one: Submission, stored: Mapping[int, _Stored]) -> bool:
    return is_in_time(received_at=one.received_at, deadline_at=stored[one.attempt_id].deadline_at)


def _read(ids: Iterable[int]) -> dict[int, _Stored]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [array_text(ids)])
        return {row[0]: _Stored(*row) for row in cursor.fetchall()}


def _results_shown_at(attempts: Iterable[_Stored], *, now: datetime) -> dict[int, datetime | None]:
    """Return, by round, when results may be seen where that is not now."""
    rounds = Round.objects.select_related("contest").filter(pk__in={one.round_id for one in attempts})
    return {one.pk: result_shown_at(one, now=now) for one in rounds}


def _ended(one: _Stored, shown_at: Mapping[int, datetime | None]) -> Ended:
    state = AttemptState(one.state)
    return Ended(state, one.submitted_at, one.prediction, one.receipt, shown_at[one.round_id])
