"""People of the load in bulk: registered, signed in and, where asked, seated at an open paper. Needs Django set up.

Made with the product's models and rules, a few statements for thousands of people: what is measured comes after.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from backend.accounts.models import Consent, Person, Profile
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.contests.queries import blueprint_of, candidates_of_round, rulebook_of
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.rulebook import Rulebook
from backend.core.timing import deadline
from backend.demo.content import BLUEPRINT, DOCUMENT_KEYS
from backend.units.enums import Facet
from backend.units.models import Membership, Unit

SESSION_LASTS = timedelta(hours=12)
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Citizen:
    """A registered person with the key of a live session."""

    person: Person
    session_key: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A signed-in person's open attempt, and the socket that leads to it."""

    attempt: Attempt
    session_key: str

    @property
    def path(self) -> str:
        return f"/ws/attempts/{self.attempt.uuid}"


def make_round(*, now: datetime) -> Round:
    """Lay out a contest from the bank whose round is open now: papers of 20 questions, six hours long, one attempt."""
    return lay_out_contest(
        key=f"tai-{uuid.uuid4().hex[:8]}",
        title="Thử tải",
        summary="",
        rulebook=Rulebook(duration_s=21_600, attempts_per_round=1),
        blueprint=BLUEPRINT,
        rounds=[RoundPlan(title="Đợt 1", opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1))],
        document_keys=DOCUMENT_KEYS,
        now=now,
        is_demo=True,
    ).rounds.get()


def make_citizens(count: int, *, now: datetime) -> list[Citizen]:
    """Register people, spread over the wards, consented and signed in."""
    wards = list(Unit.objects.filter(facet=Facet.TERRITORY, valid_to=None, type__in=("phuong", "xa")))
    mark = uuid.uuid4().hex[:8]
    people = Person.objects.bulk_create(
        (Person(email=f"tai-{mark}-{number}@example.test", password=make_password(None)) for number in range(count)),
        batch_size=BATCH,
    )
    Profile.objects.bulk_create((Profile(person=one, display_name="Người Thử Tải") for one in people), batch_size=BATCH)
    Consent.objects.bulk_create(
        (Consent(person=one, version=settings.CONSENT_VERSION, given_at=now) for one in people), batch_size=BATCH
    )
    Membership.objects.bulk_create(
        (
            Membership(person=one, facet=Facet.TERRITORY, unit=wards[number % len(wards)])
            for number, one in enumerate(people)
        ),
        batch_size=BATCH,
    )
    sessions = [_session_of(one, now=now) for one in people]
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    return [Citizen(one, session.session_key) for one, session in zip(people, sessions, strict=True)]


def seat(citizens: Sequence[Citizen], one: Round, *, now: datetime) -> list[Seat]:
    """Draw a paper for each, as `start_attempt` does, and open the attempt."""
    rules = rulebook_of(one.contest)
    blueprint, candidates = blueprint_of(one), candidates_of_round(one.pk)
    ends_at = deadline(started_at=now, duration=rules.duration, closes_at=one.closes_at)
    territory = dict(
        Membership.objects.filter(person__in=[citizen.person for citizen in citizens]).values_list(
            "person_id", "unit_id"
        )
    )

    def attempt_of(person: Person) -> Attempt:
        seed = secrets.randbits(63)
        paper = rules.paper_rule.compose(seed, blueprint, candidates, rules.essay_count)
        return Attempt(
            person=person,
            contest=one.contest,
            round=one,
            number=1,
            seed=seed,
            paper=[[item.version_id, list(item.order)] for item in paper],
            started_at=now,
            deadline_at=ends_at,
            territory_id=territory[person.pk],
        )

    attempts = Attempt.objects.bulk_create([attempt_of(citizen.person) for citizen in citizens], batch_size=BATCH)
    return [Seat(attempt, citizen.session_key) for attempt, citizen in zip(attempts, citizens, strict=True)]


def _session_of(person: Person, *, now: datetime) -> Session:
    data = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    store = SessionStore()
    return Session(session_key=secrets.token_hex(16), session_data=store.encode(data), expire_date=now + SESSION_LASTS)
