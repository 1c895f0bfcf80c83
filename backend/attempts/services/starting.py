"""Start an attempt: hand a paper to one person, once. Every refusal is said here; `crowd` passes the rest on."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.errors import ConsentRequired
from backend.accounts.models import Person
from backend.accounts.queries import birth_date_of, get_identity, has_consent, roles_of
from backend.accounts.services import hold_consent, lock_birth_date, lock_identity
from backend.attempts.enums import AttemptState
from backend.attempts.errors import AttemptElsewhere, ProfileIncomplete
from backend.attempts.models import Attempt, DeviceStart
from backend.attempts.services.ending import expire_overdue
from backend.attempts.services.limiting import attempts_used
from backend.attempts.services.pool import take_paper
from backend.contests.errors import AgeNeeded, IdentityNeeded, PersonExcluded, TooYoung
from backend.contests.models import Contest, Round
from backend.contests.queries import check_round_open, rulebook_of
from backend.contests.teams import is_member
from backend.core.rulebook import Rulebook
from backend.core.rules.people import is_old_enough
from backend.core.rules.registry import TEAMS
from backend.core.timing import deadline, is_overdue
from backend.units.queries import units_of
from backend.units.services import lock_memberships

# Each lost race means that another request of the same person has just succeeded; two such in a row is already rare.
_TRIES = 4


def start_attempt(
    *,
    person: Person,
    round: Round,  # noqa: A002
    now: datetime,
    device: bytes | None = None,
) -> tuple[Attempt, bool]:
    """Return the person's open attempt of the round, and whether it was made just now.

    `device` is `accounts.devices.device_digest` of the request.

    Raises ContestNotOpen, ContestClosed, PersonExcluded, ConsentRequired, AgeNeeded, TooYoung, IdentityNeeded,
    ProfileIncomplete, AttemptElsewhere and, by the span whose attempts are used up, AttemptLimit, ContestAttemptLimit,
    WeekAttemptLimit, DayAttemptLimit.
    """
    for _ in range(_TRIES):
        found = find_open_attempt(person=person, round=round, now=now)
        if found is not None:
            return found, False
        check_may_start(person=person, round=round, now=now)
        try:
            return _create(person=person, round=round, now=now, device=device), True
        except IntegrityError:
            # A request beside this one was faster; the constraints let one through, and its attempt is the answer.
            continue
    raise RuntimeError("an attempt could neither be made nor found")


def check_may_start(*, person: Person, round: Round, now: datetime) -> None:  # noqa: A002
    """Raise what `start_attempt` raises of the round and the person, save what earlier attempts forbid."""
    check_round_open(round, now=now)
    _check_not_excluded(person, round.contest)
    if not has_consent(person_id=person.pk, version=settings.CONSENT_VERSION):
        raise ConsentRequired
    _check_old_enough(person, rulebook_of(round.contest), now)
    if rulebook_of(round.contest).demands_identity and get_identity(person) is None:
        raise IdentityNeeded
    if units_of(person.pk).territory_id is None:
        raise ProfileIncomplete


def _check_not_excluded(person: Person, contest: Contest) -> None:
    # Most contests exclude nobody: they do not pay for the question.
    rules = rulebook_of(contest)
    if not rules.excluded:
        return
    is_kept_out = is_member(contest_id=contest.pk, person_id=person.pk)
    if is_kept_out or not rules.excluded_roles.isdisjoint(roles_of(person)):
        raise PersonExcluded(teams=", ".join(TEAMS[name].vi for name in rules.excluded))


def _check_old_enough(person: Person, rules: Rulebook, now: datetime) -> None:
    # Nor do contests for everybody pay for this one; and only with a consent is the date read.
    if rules.minimum_age is None:
        return
    born_on = birth_date_of(person)
    if born_on is None:
        raise AgeNeeded(minimum_age=rules.minimum_age)
    if not is_old_enough(born_on=born_on, on=timezone.localdate(now), minimum_age=rules.minimum_age):
        raise TooYoung(minimum_age=rules.minimum_age)


def find_open_attempt(*, person: Person, round: Round, now: datetime) -> Attempt | None:  # noqa: A002
    """Return the person's open attempt of the round, ending one whose time is up. Raises AttemptElsewhere."""
    open_ones = Attempt.objects.select_related("contest").filter(
        person=person, contest_id=round.contest_id, state=AttemptState.OPEN
    )
    for one in open_ones:
        if is_overdue(now=now, deadline_at=one.deadline_at):
            expire_overdue(now=now, attempt_ids=[one.pk])
        elif one.round_id != round.pk:
            raise AttemptElsewhere(attempt=one.uuid)
        else:
            # The round at hand, its contest with it: who shows the attempt asks nothing again.
            one.round = round
            return one
    return None


@transaction.atomic
def _create(*, person: Person, round: Round, now: datetime, device: bytes | None) -> Attempt:  # noqa: A002
    rules = rulebook_of(round.contest)
    used = attempts_used(person=person, round=round, rules=rules, now=now)
    # Behind the person's lock: what was withdrawn, changed or taken back a moment ago is missed here.
    hold_consent(person)
    _check_not_excluded(person, round.contest)
    _check_old_enough(person, rules, now)
    if rules.demands_identity and not lock_identity(person_id=person.pk, at=now, needed_until=round.closes_at):
        raise IdentityNeeded
    drawn = take_paper(round)
    is_locking = rules.profile_locked_after_first_attempt
    units = lock_memberships(person_id=person.pk, at=now) if is_locking else units_of(person.pk)
    if rules.minimum_age is not None:
        lock_birth_date(person_id=person.pk, at=now)
    if device is not None:
        DeviceStart.objects.bulk_create([DeviceStart(round=round, device=device, person=person)], ignore_conflicts=True)
    return Attempt.objects.create(
        person=person,
        contest=round.contest,
        round=round,
        number=used + 1,
        seed=drawn.seed,
        paper=drawn.paper,
        started_at=now,
        deadline_at=deadline(started_at=now, duration=rules.duration, closes_at=round.closes_at),
        territory_id=units.territory_id,
        party_id=units.party_id,
        workplace_id=units.workplace_id,
    )
