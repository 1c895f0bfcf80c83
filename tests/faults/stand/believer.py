"""The worker of the mutation `trusted_message`: it believes its messages, and acknowledges them before it acts."""

import time

from backend.config.celery import app
from tests.faults.stand.mutant import TRUSTED

__all__ = ["app"]


@app.task(name=TRUSTED, acks_late=False)
def count(result_ids: list[int]) -> None:
    """Count what the message says, which takes a moment."""
    from backend.participation.services import record_participation

    time.sleep(0.6)
    record_participation(result_ids=result_ids)
