"""Keep lines up to date in the recording transaction, and wake the ticks once it is committed."""

from functools import partial

from django.db import transaction

from backend.infra import events, hints
from backend.results.enums import RegradeState
from backend.results.events import RegradeMoved, ResultsDiscarded, ResultsRecorded
from backend.standings import publishing, services
from backend.standings.tasks import PUBLISH_TICKS


def on_results_recorded(event: ResultsRecorded) -> None:
    services.record_standings(result_ids=event.result_ids, contest_ids=event.contest_ids)
    # Robust: a hint that fails must never undo or fail what has just been committed.
    transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)


def on_results_discarded(event: ResultsDiscarded) -> None:
    services.forget_standings(contest_id=event.contest_id, key_version=event.key_version, upto_person=event.upto_person)


def on_regrade_moved(event: RegradeMoved) -> None:
    if event.state == RegradeState.APPLIED:
        transaction.on_commit(partial(publishing.forget_contest, event.contest_id), robust=True)
        transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)


def connect() -> None:
    """Subscribe to what happens upstream."""
    events.subscribe(ResultsDiscarded, on_results_discarded)
    events.subscribe(RegradeMoved, on_regrade_moved)
    events.subscribe(ResultsRecorded, on_results_recorded)
