"""Wake-ups for counting. They carry no data; a lost or doubled one changes nothing."""

import structlog
from celery import shared_task

from backend.infra import clock
from backend.participation import services
from backend.participation.recounting import recount_and_record

log = structlog.get_logger(__name__)


@shared_task(name="backend.participation.tasks.drain_counters")
def drain_counters() -> None:
    """Fold what waits. `standings.tasks.publish_ticks` does the same and tells the watchers as well."""
    services.drain_all()


@shared_task(name="backend.participation.tasks.recount_counters")
def recount_counters() -> None:
    """Recount everything and raise the alarm where the counts are wrong."""
    outcome = recount_and_record(now=clock.now())
    if outcome.is_exact:
        log.info("recount_exact", results=outcome.results, cells=outcome.cells, pending=outcome.pending)
    else:
        log.error(
            "recount_mismatch",
            mismatch_count=outcome.mismatch_count,
            attempts_without_result=outcome.attempts_without_result,
        )
