"""Background work of the accounts app."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from backend.accounts import services
from backend.infra import clock

# A person takes some ten milliseconds, and a thread of the worker for as long. Who is left over has the nights to come.
ERASED_AT_ONCE = 1_000


@shared_task(name="backend.accounts.tasks.erase_withdrawn")
def erase_withdrawn() -> None:
    """Erase who withdrew long enough ago. Beat asks every night; asking twice erases nobody twice."""
    services.erase_withdrawn(now=clock.now(), after=timedelta(days=settings.ERASE_AFTER_DAYS), most=ERASED_AT_ONCE)
