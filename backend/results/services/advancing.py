"""Work on regrades side by side: parts and batches that are free are taken by whoever comes, for as long as asked."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection, transaction

from backend.infra import outbox
from backend.results.enums import RegradeState
from backend.results.models import Regrade
from backend.results.services.clearing import clear_cancelled
from backend.results.services.computing import BATCH, compute_batch

CLEAR_LOCK = "results.clear"
# A longer batch is followed by a smaller one: recording of its part waits, which must stay below the lock timeout.
BATCH_MIN, LONG_S = 250, 0.4


def advance_regrades(*, budget_s: float, now: datetime, hands: int = 1) -> bool:
    """Work on what is being computed or waits to be cleared until nothing is left to do here, or the time is used up.

    Return whether nothing is left. Safe to be called by any number of workers, at any time, again after a crash: a part
    of a regrade, and the clearing, is done by one of them; who finds nothing free leaves at once, so that a worker's
    threads stay free for sweeps and ticks. Of `hands`, those beside the caller's work on connections of their own.
    """
    stop_at = time.monotonic() + budget_s
    hands = hands if Regrade.objects.filter(state=RegradeState.COMPUTING).exists() else 1
    with ThreadPoolExecutor(max_workers=hands) as pool:
        others = [pool.submit(_advance_beside, stop_at, now) for _ in range(hands - 1)]
        is_done = _advance(stop_at, now)
        return all([is_done, *(other.result() for other in others)])


def _advance_beside(stop_at: float, now: datetime) -> bool:
    try:
        return _advance(stop_at, now)
    finally:
        connection.close()


def _advance(stop_at: float, now: datetime) -> bool:
    limit = BATCH
    for pk in Regrade.objects.filter(state=RegradeState.COMPUTING).order_by("pk").values_list("pk", flat=True):
        began = time.monotonic()
        while compute_batch(regrade_id=pk, now=now, limit=limit):
            ended = time.monotonic()
            if ended > stop_at:
                return False
            limit = next_limit(limit, took_s=ended - began)
            began = ended
    cancelled = Regrade.objects.filter(state=RegradeState.CANCELLED, cleared_at=None).order_by("pk")
    for pk in cancelled.values_list("pk", flat=True):
        while _clear_batch(pk, now):
            if time.monotonic() > stop_at:
                return False
    return True


def next_limit(limit: int, *, took_s: float) -> int:
    """Return how many results the next batch takes: half of them after a long one, twice as many after a short one."""
    if took_s > LONG_S:
        return max(BATCH_MIN, limit // 2)
    return min(BATCH, limit * 2) if took_s < LONG_S / 3 else limit


@transaction.atomic
def _clear_batch(regrade_id: int, now: datetime) -> bool:
    """Clear a batch and return whether there may be more; False where somebody else is at one."""
    return outbox.try_lock(CLEAR_LOCK) and clear_cancelled(regrade_id=regrade_id, now=now)
