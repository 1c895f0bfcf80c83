"""Background work of the attempts app."""

from celery import shared_task

from backend.attempts import services
from backend.infra import clock


@shared_task(name="backend.attempts.tasks.sweep_attempts")
def sweep_attempts() -> None:
    """End the attempts whose phone never came back. Beat asks every five seconds; asking twice changes nothing."""
    services.sweep(now=clock.now())
