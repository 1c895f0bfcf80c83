"""People who wait for the bell: registered, consented, with a ward and a live session. Needs Django set up."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from backend.accounts.models import Consent, Person, Profile
from backend.contests.models import Round
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.rulebook import Rulebook
from backend.demo.content import BLUEPRINT, DOCUMENT_KEYS
from backend.units.enums import Facet
from backend.units.models import Membership, Unit

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Presser:
    """A registered person with the key of a live session."""

    person_id: int
    session_key: str


def lay_out_round(*, opens_at: datetime, now: datetime) -> Round:
    """Lay out a contest from the bank whose round opens then, under the rules of the demo."""
    return lay_out_contest(
        key=f"chuong-{uuid.uuid4().hex[:8]}",
        title="Giờ mở đề",
        summary="",
        rulebook=Rulebook(),
        blueprint=BLUEPRINT,
        rounds=[RoundPlan(title="Đợt 1", opens_at=opens_at, closes_at=opens_at + timedelta(days=1))],
        document_keys=DOCUMENT_KEYS,
        now=now,
        is_demo=True,
    ).rounds.get()


def make_pressers(count: int, *, now: datetime) -> list[Presser]:
    """Register people spread over the wards."""
    wards = list(Unit.objects.filter(facet=Facet.TERRITORY, valid_to=None, is_choosable=True).order_by("pk"))
    mark = uuid.uuid4().hex[:8]
    made = (Person(email=f"bell-{mark}-{number}@example.test", password=make_password(None)) for number in range(count))
    people = Person.objects.bulk_create(made, batch_size=BATCH)
    Profile.objects.bulk_create((Profile(person=one, display_name="Người Chờ Chuông") for one in people), BATCH)
    Consent.objects.bulk_create(
        (Consent(person=one, version=settings.CONSENT_VERSION, given_at=now) for one in people), BATCH
    )
    Membership.objects.bulk_create(
        (
            Membership(person=one, facet=Facet.TERRITORY, unit=wards[number % len(wards)])
            for number, one in enumerate(people)
        ),
        BATCH,
    )
    sessions = [_session_of(one, now=now) for one in people]
    Session.objects.bulk_create(sessions, BATCH)
    return [Presser(one.pk, session.session_key) for one, session in zip(people, sessions, strict=True)]


def _session_of(person: Person, *, now: datetime) -> Session:
    data = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    return Session(
        session_key=secrets.token_hex(16),
        session_data=SessionStore().encode(data),
        expire_date=now + timedelta(hours=12),
    )
