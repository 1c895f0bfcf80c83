"""Work on regrades: one task at a time, with the hands it was given, in batches that keep nobody waiting long."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Event

from django.db import OperationalError, connection, transaction

from backend.infra import outbox
from backend.results.enums import RegradeState
from backend.results.models import Regrade
from backend.results.services.clearing import clear_cancelled
from backend.results.services.computing import BATCH, compute_batch

ADVANCE_LOCK = "results.advance"
# A longer batch is followed by a smaller one: recording of its part waits, which must stay below the lock timeout.
BATCH_MIN, BATCH_FIRST, LONG_S = 250, 1_000, 0.4

# By regrade id and how many results; as `compute_batch` returns.
Batch = Callable[[int, int], float | None]


def advance_regrades(*, budget_s: float, now: datetime, hands: int = 1) -> bool:
    """Work on what is being computed or waits to be cleared until nothing is left to do here, or the time is used up.

    Return whether nothing is left. Safe to be called by any number of workers, at any time, again after a crash: one of
    them works, the others leave at once, so that a worker's threads stay free for sweeps and ticks. Of `hands`, those
    beside the caller's work on connections of their own.
    """
    stop_at = time.monotonic() + budget_s
    is_over = Event()
    with transaction.atomic():
        if not outbox.try_lock(ADVANCE_LOCK):
            return True
    hands = hands if _computing() else 1
    with ThreadPoolExecutor(max_workers=hands) as pool:
        others = [pool.submit(_compute_beside, stop_at, now, is_over) for _ in range(hands - 1)]
        try:
            is_done = _compute(partial(_lead_batch, now, is_over), stop_at, is_over) and _clear(stop_at, now)
        except BaseException:
            is_over.set()
            raise
        return all([is_done, *(other.result() for other in others)])


@transaction.atomic
def _lead_batch(now: datetime, is_over: Event, regrade_id: int, limit: int) -> float | None:
    """Compute a batch as the task that leads. Where another came between two batches, it leads and this one leaves."""
    if not outbox.try_lock(ADVANCE_LOCK):
        is_over.set()
        return None
    return compute_batch(regrade_id=regrade_id, now=now, limit=limit)


def _compute_beside(stop_at: float, now: datetime, is_over: Event) -> bool:
    try:
        return _compute(lambda pk, limit: compute_batch(regrade_id=pk, now=now, limit=limit), stop_at, is_over)
    finally:
        connection.close()


def _compute(batch: Batch, stop_at: float, is_over: Event) -> bool:
    """Return whether nothing is left to compute for this hand."""
    limit = BATCH_FIRST
    for pk in _computing():
        while not is_over.is_set():
            try:
                took_s = batch(pk, limit)
            except OperationalError:
                # On a starved machine even a statement may run out of time; the next, smaller one may not.
                if limit == BATCH_MIN:
                    raise
                took_s = LONG_S * 2
            if took_s is None:
                break
            if time.monotonic() > stop_at:
                return False
            limit = next_limit(limit, took_s=took_s)
    return True


def _computing() -> list[int]:
    return list(Regrade.objects.filter(state=RegradeState.COMPUTING).order_by("pk").values_list("pk", flat=True))


def next_limit(limit: int, *, took_s: float) -> int:
    """Return how many results the next batch takes: half of them after a long one, twice as many after a short one."""
    if took_s > LONG_S:
        return max(BATCH_MIN, limit // 2)
    return min(BATCH, limit * 2) if took_s < LONG_S / 3 else limit


def _clear(stop_at: float, now: datetime) -> bool:
    cancelled = Regrade.objects.filter(state=RegradeState.CANCELLED, cleared_at=None).order_by("pk")
    for pk in cancelled.values_list("pk", flat=True):
        while _clear_batch(pk, now):
            if time.monotonic() > stop_at:
                return False
    return True


@transaction.atomic
def _clear_batch(regrade_id: int, now: datetime) -> bool:
    """Clear a batch and return whether there may be more; False where another task does."""
    return outbox.try_lock(ADVANCE_LOCK) and clear_cancelled(regrade_id=regrade_id, now=now)
