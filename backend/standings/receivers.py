"""Keep lines up to date in the recording transaction, and wake the ticks once it is committed."""

from datetime import datetime
from functools import partial

from django.db import transaction

from backend.accounts.events import PersonErased, ProfileCorrected
from backend.contests.models import Round
from backend.infra import events, hints
from backend.results.enums import RegradeState
from backend.results.events import CountingChanged, RegradeMoved, ResultsDiscarded, ResultsRecorded
from backend.standings import publishing, services
from backend.standings.events import BoardTurned
from backend.standings.tasks import FILL_EDITIONS, PUBLISH_TICKS


def on_results_recorded(event: ResultsRecorded) -> None:
    services.record_standings(result_ids=event.result_ids, contest_ids=event.contest_ids, are_new=event.is_aside)
    if event.is_aside:
        return
    # Robust: a hint that fails must never undo or fail what has just been committed.
    transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)


def on_results_discarded(event: ResultsDiscarded) -> None:
    services.forget_standings(contest_id=event.contest_id, key_version=event.key_version, upto_person=event.upto_person)


def on_counting_changed(event: CountingChanged) -> None:
    services.correct_standings(contest_id=event.contest_id, attempt_ids=event.attempt_ids)
    rounds = list(Round.objects.filter(attempts__in=event.attempt_ids).distinct().order_by("pk"))
    services.turn_boards(rounds=rounds)
    _publish_corrections(rounds, now=event.at, reason=event.reason)


def on_board_turned(event: BoardTurned) -> None:
    transaction.on_commit(partial(publishing.forget_round, event.round_id), robust=True)
    transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)


def on_name_changed(event: PersonErased | ProfileCorrected) -> None:
    """Boards join names as they are read; what Valkey keeps of them was read before."""
    transaction.on_commit(partial(publishing.forget_person, event.person_id), robust=True)
    transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)


def on_regrade_moved(event: RegradeMoved) -> None:
    if event.state == RegradeState.COMPUTED:
        # Robust: speed alone; the planner's own round comes within minutes.
        transaction.on_commit(services.analyze_lines, robust=True)
    if event.state == RegradeState.APPLIED:
        rounds = list(Round.objects.filter(contest=event.contest_id).order_by("pk"))
        _publish_corrections(rounds, now=event.at, reason=event.reason)
        transaction.on_commit(partial(publishing.forget_contest, event.contest_id), robust=True)
        transaction.on_commit(partial(hints.wake, PUBLISH_TICKS), robust=True)
        # Large boards have no ladder under these keys yet.
        transaction.on_commit(partial(hints.wake, FILL_EDITIONS), robust=True)


def _publish_corrections(rounds: list[Round], *, now: datetime, reason: str) -> None:
    if services.publish_corrections(rounds=rounds, now=now, reason=reason):
        transaction.on_commit(partial(hints.wake, FILL_EDITIONS), robust=True)


def connect() -> None:
    """Subscribe to what happens upstream."""
    events.subscribe(PersonErased, on_name_changed)
    events.subscribe(ProfileCorrected, on_name_changed)
    events.subscribe(CountingChanged, on_counting_changed)
    events.subscribe(BoardTurned, on_board_turned)
    events.subscribe(ResultsDiscarded, on_results_discarded)
    events.subscribe(RegradeMoved, on_regrade_moved)
    events.subscribe(ResultsRecorded, on_results_recorded)
