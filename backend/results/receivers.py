"""Score attempts in the transaction that ended them; wake a worker where a regrade has work to be done; forget."""

from functools import partial

from django.db import transaction

from backend.accounts.events import PersonErased
from backend.attempts.events import AttemptsEnded
from backend.infra import events, hints
from backend.results import services
from backend.results.enums import RegradeState
from backend.results.events import RegradeMoved
from backend.results.tasks import ADVANCE_REGRADES

_NEEDS_WORK = {RegradeState.COMPUTING, RegradeState.CANCELLED}


def on_attempts_ended(event: AttemptsEnded) -> None:
    services.record_results(attempt_ids=event.attempt_ids)


def on_regrade_moved(event: RegradeMoved) -> None:
    if event.state in _NEEDS_WORK:
        # Robust: a hint that fails must never undo or fail what has just been committed.
        transaction.on_commit(partial(hints.wake, ADVANCE_REGRADES), robust=True)


def on_person_erased(event: PersonErased) -> None:
    services.forget_remarks(person_id=event.person_id)


def connect() -> None:
    """Subscribe; called once at start-up."""
    events.subscribe(AttemptsEnded, on_attempts_ended)
    events.subscribe(RegradeMoved, on_regrade_moved)
    events.subscribe(PersonErased, on_person_erased)
