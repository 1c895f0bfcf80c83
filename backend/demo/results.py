"""Synthetic citizens and their attempts. They are marked as demo and pass through the same projections as real ones."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from backend.accounts.models import Consent, Person, Profile
from backend.attempts.enums import AttemptState
from backend.attempts.events import AttemptsEnded
from backend.attempts.models import Answer, Attempt
from backend.contests.models import Contest, Round
from backend.contests.queries import blueprint_of, candidates_of_round, rulebook_of
from backend.core import timing
from backend.core.drawing import PaperItem, draw
from backend.demo import content
from backend.demo.services import shift_of
from backend.infra import events
from backend.questions.queries import get_version_keys
from backend.units.enums import Facet
from backend.units.models import Membership, Unit

CITIZEN_COUNT = 320
_FASTEST_S, _SLOWEST_S = 240, 840


@dataclass(frozen=True, slots=True)
class _Citizen:
    person_id: int
    ward_id: int
    workplace_id: int | None
    skill: float


def load_results(*, contest: Contest, consent_version: str, now: datetime, count: int = CITIZEN_COUNT) -> int:
    """Give the contest's past and open rounds synthetic results, once. Return the number of attempts written."""
    if Attempt.objects.filter(contest=contest, person__is_demo=True).exists():
        return 0
    rng = random.Random(contest.key)  # noqa: S311  # the same demo every time; nothing secret hangs on it
    with transaction.atomic():
        citizens = _citizens(rng, consent_version=consent_version, now=now, count=count)
        written = 0
        for one in contest.rounds.filter(opens_at__lt=now):
            takers = [c for c in citizens if rng.random() < 0.8]
            written += _play_round(rng, one, takers, until=min(one.closes_at, now) - timedelta(minutes=1))
    return written


def _citizens(rng: random.Random, *, consent_version: str, now: datetime, count: int) -> list[_Citizen]:
    wards = list(Unit.objects.filter(facet=Facet.TERRITORY, is_choosable=True, valid_to=None).order_by("code"))
    workplaces = list(Unit.objects.filter(facet=Facet.WORKPLACE, is_choosable=True, numchild=0).order_by("code"))
    weights = [rng.paretovariate(1.2) for _ in wards]
    people = Person.objects.bulk_create(
        Person(email=f"dan-{secrets.token_hex(8)}@demo.test", password="!", is_demo=True)  # noqa: S106  # unusable
        for _ in range(count)
    )
    Profile.objects.bulk_create(Profile(person=person, display_name=_name(rng)) for person in people)
    Consent.objects.bulk_create(Consent(person=person, version=consent_version, given_at=now) for person in people)
    citizens: list[_Citizen] = []
    memberships: list[Membership] = []
    for person in people:
        ward = rng.choices(wards, weights)[0]
        workplace = rng.choice(workplaces) if workplaces and rng.random() < 0.7 else None
        memberships.append(Membership(person=person, facet=Facet.TERRITORY, unit=ward))
        if workplace is not None:
            memberships.append(Membership(person=person, facet=Facet.WORKPLACE, unit=workplace))
        citizens.append(_Citizen(person.pk, ward.pk, workplace.pk if workplace else None, rng.betavariate(6, 2)))
    Membership.objects.bulk_create(memberships)
    return citizens


def _name(rng: random.Random) -> str:
    return " ".join(map(rng.choice, (content.FAMILY_NAMES, content.MIDDLE_NAMES, content.GIVEN_NAMES)))


def _play_round(rng: random.Random, one: Round, takers: Sequence[_Citizen], *, until: datetime) -> int:
    """Write ended attempts with their answers and tell downstream, as a submission does."""
    candidates, blueprint = candidates_of_round(one.pk), blueprint_of(one)
    keys = get_version_keys([c.version_id for c in candidates])
    sittings = [(citizen, number) for citizen in takers for number in range(1, rng.choice((1, 1, 1, 2)) + 1)]
    attempts: list[Attempt] = []
    answers: list[tuple[int, Answer]] = []
    for index, (citizen, number) in enumerate(sittings):
        seed = rng.getrandbits(62)
        paper = draw(seed=seed, blueprint=blueprint, candidates=candidates)
        used = timedelta(seconds=rng.uniform(_FASTEST_S, _SLOWEST_S))
        ended_at = max(one.opens_at + used, shift_of(index, len(sittings), opens_at=one.opens_at, until=until))
        attempt = _attempt(one, citizen, number, seed=seed, paper=paper, started_at=ended_at - used, ended_at=ended_at)
        attempt.prediction = rng.randint(5, 60)
        attempts.append(attempt)
        answers += [(index, answer) for answer in _answers(rng, citizen, paper, keys, attempt)]
    Attempt.objects.bulk_create(attempts)
    for index, answer in answers:
        answer.attempt_id = attempts[index].pk
    Answer.objects.bulk_create((answer for _, answer in answers), batch_size=5000)
    events.publish(AttemptsEnded(tuple(attempt.pk for attempt in attempts)))
    return len(attempts)


def _attempt(
    one: Round,
    citizen: _Citizen,
    number: int,
    *,
    seed: int,
    paper: Sequence[PaperItem],
    started_at: datetime,
    ended_at: datetime,
) -> Attempt:
    return Attempt(
        person_id=citizen.person_id,
        contest_id=one.contest_id,
        round=one,
        number=number,
        state=AttemptState.SUBMITTED,
        seed=seed,
        paper=[[item.version_id, list(item.order)] for item in paper],
        started_at=started_at,
        deadline_at=timing.deadline(
            started_at=started_at, duration=rulebook_of(one.contest).duration, closes_at=one.closes_at
        ),
        submitted_at=ended_at,
        receipt=secrets.token_hex(6).upper(),
        territory_id=citizen.ward_id,
        workplace_id=citizen.workplace_id,
    )


def _answers(
    rng: random.Random,
    citizen: _Citizen,
    paper: Sequence[PaperItem],
    keys: dict[int, frozenset[int]],
    attempt: Attempt,
) -> list[Answer]:
    made: list[Answer] = []
    step = (attempt.submitted_at - attempt.started_at) / (len(paper) + 1) if attempt.submitted_at else timedelta()
    for place, item in enumerate(paper, start=1):
        key = keys[item.version_id]
        chosen = key if rng.random() < citizen.skill else frozenset(rng.sample(item.order, len(key)))
        positions = sorted(item.order.index(option) + 1 for option in chosen)
        received_at = attempt.started_at + step * place
        made.append(
            Answer(
                attempt=attempt,
                round_id=attempt.round_id,
                item=place,
                seq=place,
                choice=positions,
                received_at=received_at,
            )
        )
    return made
