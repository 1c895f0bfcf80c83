"""Background work of the attempts app."""

from celery import shared_task
from django.conf import settings

from backend.attempts import services
from backend.infra import clock

# At the bell the machine has better things to do than to draw: a tenth of a second of work every five.
PAPERS_AT_ONCE = 500


@shared_task(name="backend.attempts.tasks.sweep_attempts")
def sweep_attempts() -> None:
    """End the attempts whose phone never came back. Beat asks every five seconds; asking twice changes nothing."""
    services.sweep(now=clock.now())


@shared_task(name="backend.attempts.tasks.build_papers")
def build_papers() -> None:
    """Draw papers ahead of their starts, a few seconds' work at a time. Beat asks again; asking twice draws no more."""
    services.build_papers(now=clock.now(), ahead_count=settings.PAPERS_AHEAD, most=PAPERS_AT_ONCE)
