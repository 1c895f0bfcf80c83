"""Background work of the attempts app."""

import time

from celery import shared_task

from backend.attempts import services
from backend.infra import clock

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
