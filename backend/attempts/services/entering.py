"""Who may come in to start, and who waits in the line. Nobody waits for a refusal or for their own open attempt."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from backend.accounts.models import Person
from backend.attempts.services.limiting import attempts_used
from backend.attempts.services.starting import check_may_start, find_open_attempt
from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.waiting import Pace
from backend.infra.waiting_room import Room, Waiting


@lru_cache(maxsize=1)
def waiting_room() -> Room:
    """Return this process's door to the one line of all processes."""
    return Room(Pace(settings.START_RATE_PER_S, settings.START_BURST))


def enter(*, person: Person, round: Round, ticket: str | None, now: datetime) -> Waiting | None:  # noqa: A002
    """Return the person's place in the line, or None where `start_attempt` may be called. Raises what that raises."""
    if find_open_attempt(person=person, round=round, now=now) is not None:
        return None
    check_may_start(person=person, round=round, now=now)
    with transaction.atomic():
        attempts_used(person=person, round=round, rules=rulebook_of(round.contest), now=now)
    return waiting_room().ask_now(person_id=person.pk, ticket=ticket)
