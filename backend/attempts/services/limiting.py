"""Hold a person to the attempts that the rulebook allows, inside the transaction that starts the next one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from backend.accounts.models import Person
from backend.attempts.errors import AttemptLimit, ContestAttemptLimit, DayAttemptLimit, WeekAttemptLimit
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.contests.queries import local_text
from backend.core.errors import UserError
from backend.core.rulebook import Rulebook
from backend.core.rules.limits import Begun, Moment, exceeded

_REFUSALS: Mapping[str, type[UserError]] = {
    "round": AttemptLimit,
    "contest": ContestAttemptLimit,
    "week": WeekAttemptLimit,
    "day": DayAttemptLimit,
}


def attempts_used(*, person: Person, round: Round, rules: Rulebook, now: datetime) -> int:  # noqa: A002
    """Return how many attempts the person began in the round. Raises the refusal of a limit that leaves nothing."""
    # Within a round `attempt_once_per_number` lets one of two starts through. Over rounds nothing would: the person's
    # row makes them wait for each other, and for a change of units. It comes before every other lock, here as in
    # `crowd`, so that nobody waits in a circle. No key is touched: rows that refer to the person do not wait.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    # Attempts are never deleted while a round runs, so their count is the last number.
    begun = [
        Begun(round_id, started_at)
        for round_id, started_at in Attempt.objects.filter(person=person, contest_id=round.contest_id).values_list(
            "round_id", "started_at"
        )
    ]
    over = exceeded(rules.limits, begun, Moment(round.pk, now, ZoneInfo(settings.TIME_ZONE)))
    if over is not None:
        times: dict[str, Any] = (
            {} if over.next_at is None else {"next_at": over.next_at, "next_at_text": local_text(over.next_at)}
        )
        raise _REFUSALS[over.limit.span.name](limit=over.limit.count, **times)
    return sum(one.round_id == round.pk for one in begun)
