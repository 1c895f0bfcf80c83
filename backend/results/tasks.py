"""Wake-ups for regrading. They carry no data; a lost or doubled one changes nothing."""

from celery import shared_task

from backend.infra import clock, hints
from backend.results import services

ADVANCE_REGRADES = "backend.results.tasks.advance_regrades"
# Far below the time limit of tasks; what is left is taken up by the next one.
BUDGET_S = 40.0
# PostgreSQL does most of the work, one process a connection: two of its processes, for no more threads of the worker's.
HANDS = 2


@shared_task(name=ADVANCE_REGRADES)
def advance_regrades() -> None:
    """Go on where the last run, or a crash, left off. Beat asks every ten seconds, hints sooner."""
    hints.arrived(ADVANCE_REGRADES)
    if not services.advance_regrades(budget_s=BUDGET_S, now=clock.now(), hands=HANDS):
        hints.wake(ADVANCE_REGRADES)
