"""Count what was recorded, in the transaction that recorded it."""

from backend.infra import events
from backend.participation import correcting, services
from backend.results.events import CountingChanged, ResultsDiscarded, ResultsRecorded


def on_results_recorded(event: ResultsRecorded) -> None:
    services.record_participation(result_ids=event.result_ids, are_new=event.is_aside)


def on_results_discarded(event: ResultsDiscarded) -> None:
    services.forget_participation(
        contest_id=event.contest_id, key_version=event.key_version, upto_person=event.upto_person
    )


def on_counting_changed(event: CountingChanged) -> None:
    correcting.correct_participation(contest_id=event.contest_id, attempt_ids=event.attempt_ids)


def connect() -> None:
    """Subscribe to what happens upstream."""
    events.subscribe(CountingChanged, on_counting_changed)
    events.subscribe(ResultsDiscarded, on_results_discarded)
    events.subscribe(ResultsRecorded, on_results_recorded)
