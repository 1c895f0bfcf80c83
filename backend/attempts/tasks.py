"""Background work of the attempts app."""

import time

from celery import shared_task
from django.conf import settings

from backend.attempts import services
from backend.infra import clock

# At the bell the machine has better things to do than to draw: a tenth of a second of work every five.
PAPERS_AT_ONCE = 500
# Until beat asks again. Who is due within it is waited for, so that a deadline is met when it comes.
AHEAD_S = 1.0
_JUST_AFTER_S = 0.001


@shared_task(name="backend.attempts.tasks.sweep_attempts")
def sweep_attempts() -> None:
    """End the attempts whose phone never came back. Beat asks every second; asking twice changes nothing."""
    due_at = services.next_due_at()
    if due_at is None:
        return
    wait_s = (due_at - clock.now()).total_seconds() + _JUST_AFTER_S
    if wait_s <= AHEAD_S:
        time.sleep(max(0.0, wait_s))
        services.sweep(now=clock.now())


@shared_task(name="backend.attempts.tasks.build_papers")
def build_papers() -> None:
    """Draw papers ahead of their starts, a few seconds' work at a time. Beat asks again; asking twice draws no more."""
    services.build_papers(now=clock.now(), ahead_count=settings.PAPERS_AHEAD, most=PAPERS_AT_ONCE)


@shared_task(name="backend.attempts.tasks.forget_past")
def forget_past() -> None:
    """Delete what was kept for a while only. Beat asks every night; a night that is missed is made up for."""
    services.forget_past(now=clock.now())
