"""Load the demo: its contest, its sign-ins, and synthetic results that run through the real projections."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.accounts.models import Consent, Person, Profile, StaffRole
from backend.accounts.queries import has_consent
from backend.contests.enums import RoundState
from backend.contests.models import Contest
from backend.contests.queries import round_state
from backend.contests.services import lay_out_contest
from backend.core.rulebook import Rulebook
from backend.demo import content
from backend.demo.schedule import weekly_rounds
from backend.units.enums import Facet
from backend.units.models import Membership, Unit


def open_demo_contest(*, now: datetime) -> tuple[Contest, bool]:
    """Return a demo contest with a round open at `now`, laying out a new edition where the last has run its course."""
    editions = Contest.objects.filter(is_demo=True, key__startswith=content.CONTEST_KEY).order_by("-id")
    latest = editions.first()
    if latest is not None and any(round_state(one, now=now) is RoundState.OPEN for one in latest.rounds.all()):
        return latest, False
    rounds = weekly_rounds(now=now)
    key = content.CONTEST_KEY if latest is None else f"{content.CONTEST_KEY}-{rounds[1].opens_at:%Y%m%d}"
    contest = lay_out_contest(
        key=key,
        title=content.TITLE,
        summary=content.SUMMARY,
        rulebook=Rulebook(quotas=content.QUOTAS, prizes=content.PRIZES),
        rounds=rounds,
        document_keys=content.DOCUMENT_KEYS,
        now=now,
        is_demo=True,
    )
    return contest, True


@transaction.atomic
def load_sign_ins(*, consent_version: str, now: datetime) -> int:
    """Create the demo accounts that are missing and return how many were created.

    One whose consent somebody has withdrawn, their password being known to all, agrees again.
    """
    created = 0
    for sign_in in content.SIGN_INS:
        known = Person.objects.filter(email=sign_in.email).first()
        if known is not None:
            if known.is_demo and not has_consent(person_id=known.pk, version=consent_version):
                Consent.objects.update_or_create(
                    person=known, version=consent_version, defaults={"given_at": now, "withdrawn_at": None}
                )
            continue
        person = Person.objects.create(
            email=sign_in.email, password=make_password(content.PASSWORD), is_demo=True, is_active=True
        )
        Profile.objects.create(person=person, display_name=sign_in.name)
        Consent.objects.create(person=person, version=consent_version, given_at=now)
        StaffRole.objects.bulk_create(StaffRole(person=person, role=role) for role in sign_in.roles)
        if sign_in.ward:
            ward = Unit.objects.get(facet=Facet.TERRITORY, name=sign_in.ward, valid_to=None)
            Membership.objects.create(person=person, facet=Facet.TERRITORY, unit=ward)
        created += 1
    return created


def shift_of(index: int, count: int, *, opens_at: datetime, until: datetime) -> datetime:
    """Spread `count` instants over a period, denser towards its end as in real contests; index counts from 0."""
    share = ((index + 1) / (count + 1)) ** 0.7
    return opens_at + timedelta(seconds=share * (until - opens_at).total_seconds())
