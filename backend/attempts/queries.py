"""Read attempts. What belongs to another person is not found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState, FlagKind
from backend.attempts.models import Answer, Attempt, Flag
from backend.contests.models import Round
from backend.core.errors import NotFound


def get_own_attempt(*, person: Person, uuid: UUID) -> Attempt:
    """Return the person's attempt with its round and contest. Raises NotFound, for others' attempts as well."""
    found = Attempt.objects.select_related("round", "contest").filter(uuid=uuid, person=person).first()
    if found is None:
        raise NotFound
    # One object for one contest: who reads the round's rules asks nothing again.
    found.round.contest = found.contest
    return found


def list_saved(attempt: Attempt) -> list[dict[str, Any]]:
    """Return the stored answers as the contract shows them, by place."""
    rows = (
        Answer.objects.filter(round_id=attempt.round_id, attempt=attempt)
        .order_by("item")
        .values_list("item", "seq", "choice", "text")
    )
    return [
        {"item": item, "seq": seq, "choice": choice} if text is None else {"item": item, "seq": seq, "text": text}
        for item, seq, choice, text in rows
    ]


def used_attempts(*, person: Person, rounds: Iterable[Round]) -> dict[int, tuple[int, UUID | None]]:
    """Return, by round id, how many attempts the person began there and the one still open."""
    wanted = [one.pk for one in rounds]
    rows = Attempt.objects.filter(person=person, round_id__in=wanted).values_list("round_id", "state", "uuid")
    used: dict[int, tuple[int, UUID | None]] = dict.fromkeys(wanted, (0, None))
    for round_id, state, uuid in rows:
        count, open_one = used[round_id]
        used[round_id] = (count + 1, uuid if state == AttemptState.OPEN else open_one)
    return used


def count_by_state(one: Round) -> dict[str, int]:
    """Return how many attempts of a round were started, and how many are open, submitted, expired."""
    counts = Attempt.objects.filter(round=one).aggregate(
        started=Count("id"),
        **{str(state): Count("id", filter=Q(state=state)) for state in AttemptState.values},
    )
    return {name: int(count) for name, count in counts.items()}


def count_answers(one: Round) -> int:
    """Return how many places are answered in all papers of a round."""
    return Answer.objects.filter(round=one).count()


def list_flags(one: Round, *, kind: FlagKind | None, after: int | None, limit: int) -> tuple[list[Flag], int | None]:
    """Return a page of the round's flags, newest first, and where the next one begins (None: there is none)."""
    rows = Flag.objects.filter(attempt__round=one).select_related("attempt", "attempt__territory").order_by("-pk")
    if kind is not None:
        rows = rows.filter(kind=kind)
    found = list(rows.filter(pk__lt=after)[: limit + 1] if after is not None else rows[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def count_flags(one: Round) -> dict[str, int]:
    """Return how many flags of each kind a round has."""
    counts = Flag.objects.filter(attempt__round=one).aggregate(
        **{str(kind): Count("id", filter=Q(kind=kind)) for kind in FlagKind.values}
    )
    return {name: int(count) for name, count in counts.items()}
