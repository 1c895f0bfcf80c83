"""Everything that a trace has left behind, of the model and of the product, in the same plain values."""

from datetime import datetime
from typing import Any

from backend.accounts.models import Consent, Person, Profile
from backend.attempts.models import Answer, Attempt
from backend.contests.models import Contest
from backend.core.text import ERASED_NAME
from backend.participation.models import ContestParticipant, Counter, Participant, StatEvent
from backend.results.models import Regrade, Result
from backend.standings.models import Standing
from backend.units.enums import Facet
from backend.units.models import Membership
from tests.faults.model.replay import Replay
from tests.faults.model.state import Store


def of_model(store: Store) -> dict[str, Any]:
    return {
        "people": [(one.ward, one.withdrawn_at, one.erased_at, one.erased_at is None) for one in store.people],
        "attempts": [
            (a.person, a.number, a.ward, a.state, a.started_at, a.deadline_at, a.submitted_at, a.prediction)
            for a in store.attempts
        ],
        "answers": {place: (one.seq, one.choice) for place, one in store.answers.items()},
        "results": {
            key: (result.person, result.correct_count, result.used_ms, result.submitted_at)
            for key, result in store.results.items()
        },
        "lines": store.lines,
        "participants": {key: (one.first, one.is_all_correct) for key, one in store.participants.items()},
        "contest_participants": {key: (one.first, one.is_all_correct) for key, one in store.participants.items()},
        "counters": {tuple(cell): tuple(counts) for cell, counts in store.counters.items() if any(counts)},
        "contest_counters": {tuple(cell): tuple(counts) for cell, counts in store.counters.items() if any(counts)},
        "waiting": 0,
        "key_version": store.key_version,
        "regrades": dict(store.regrades),
    }


def of_product(replay: Replay) -> dict[str, Any]:
    numbers = {pk: number for number, pk in enumerate(replay.attempts, start=1)}
    persons = {person.pk: number for number, person in enumerate(replay.people)}
    attempts = {attempt.pk: attempt for attempt in Attempt.objects.filter(contest=replay.contest)}
    contest = Contest.objects.get(pk=replay.contest.pk)
    ended = Regrade.objects.filter(contest=contest, state__in=["applied", "cancelled"]).values_list("state", flat=True)
    return {
        "people": [_told_of(replay, person.pk) for person in replay.people],
        "attempts": [
            (
                persons[a.person_id],
                a.number,
                replay.wards[a.territory_id or 0],
                a.state,
                a.started_at,
                a.deadline_at,
                a.submitted_at,
                a.prediction,
            )
            for a in (attempts[pk] for pk in replay.attempts)
        ],
        "answers": {
            (numbers[a.attempt_id], a.item): (a.seq, _canonical(attempts[a.attempt_id], a))
            for a in Answer.objects.filter(attempt__contest=contest)
        },
        "results": {
            (numbers[r.attempt_id], r.key_version): (persons[r.person_id], r.correct_count, r.used_ms, r.submitted_at)
            for r in Result.objects.filter(contest=contest)
        },
        "lines": {
            (line.key_version, persons[line.person_id]): numbers[line.attempt_id]
            for line in Standing.objects.filter(round=replay.round)
        },
        "participants": {
            (one.key_version, persons[one.person_id]): (numbers[one.first_result.attempt_id], one.is_all_correct)
            for one in Participant.objects.filter(round=replay.round).select_related("first_result")
        },
        "contest_participants": {
            (one.key_version, persons[one.person_id]): (numbers[one.first_result.attempt_id], one.is_all_correct)
            for one in ContestParticipant.objects.filter(contest=contest).select_related("first_result")
        },
        "counters": _counters(replay, round=replay.round),
        "contest_counters": _counters(replay, round=None),
        "waiting": StatEvent.objects.filter(contest=contest).count(),
        "key_version": contest.key_version,
        "regrades": {state: list(ended).count(state) for state in set(ended)},
    }


def _told_of(replay: Replay, person_id: int) -> tuple[int | None, datetime | None, datetime | None, bool]:
    """Return ward, withdrawal, erasure, and whether a name is known."""
    ward = Membership.objects.filter(person=person_id, facet=Facet.TERRITORY).values_list("unit_id", flat=True).first()
    withdrawn_at = Consent.objects.values_list("withdrawn_at", flat=True).get(person=person_id)
    erased_at = Person.objects.values_list("erased_at", flat=True).get(pk=person_id)
    is_named = Profile.objects.get(person=person_id).display_name != ERASED_NAME
    return None if ward is None else replay.wards[ward], withdrawn_at, erased_at, is_named


def _canonical(attempt: Attempt, answer: Answer) -> tuple[int, ...]:
    order = attempt.paper[answer.item - 1][1]
    return tuple(order[position - 1] for position in answer.choice)


def _counters(replay: Replay, **scope: Any) -> dict[Any, Any]:
    rows = Counter.objects.filter(contest=replay.contest, facet="territory", **scope)
    return {
        (row.key_version, replay.wards[row.unit_id or 0], row.hour): (row.entries, row.people, row.all_correct)
        for row in rows
        if row.entries or row.people or row.all_correct
    }
