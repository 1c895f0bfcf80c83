"""State, lock, release and forget identity numbers. Every step is logged with the person's uuid, none with a digit."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models.functions import Coalesce, Greatest

from backend.accounts.errors import IdentityInUse, IdentityLocked
from backend.accounts.models import Identity, Person
from backend.accounts.sealing import digest_of, seal
from backend.accounts.services.agreeing import hold_consent

log = structlog.get_logger(__name__)

# As long as prizes may be contested, and as the consent text says; of the last contest that needed the number.
KEEP = timedelta(days=365)
# All numbers of a contest fall due in one night; this many go well within the limit of a statement.
FORGOTTEN_AT_ONCE = 20_000
# A start that needs the number just now keeps it: its row is passed over.
_FORGET = """
WITH due AS MATERIALIZED (
    SELECT id FROM accounts_identity WHERE keep_until <= %s LIMIT %s FOR UPDATE SKIP LOCKED)
DELETE FROM accounts_identity i USING due WHERE i.id = due.id
"""


def state_identity(*, person: Person, number: str, at: datetime) -> Identity:
    """Keep the person's number (twelve digits) and return it; what is stated already is no change.

    Raises ConsentRequired without a live consent, IdentityInUse where another account holds it, IdentityLocked where an
    attempt needed another one.
    """
    digest = digest_of(number)
    try:
        with transaction.atomic():
            held = _held(person)
            hold_consent(person)
            if held is not None and bytes(held.digest) == digest:
                return held
            if held is not None and held.locked_at is not None:
                raise IdentityLocked
            kept = _replace(person, digest=digest, number=number, at=at)
    except (IdentityInUse, IdentityLocked) as refusal:
        log.warning(refusal.code, person=str(person.uuid))
        raise
    log.info("identity_stated" if held is None else "identity_changed", person=str(person.uuid))
    return kept


@transaction.atomic
def take_back_identity(*, person: Person) -> None:
    """Delete the person's number, where there is one. Raises IdentityLocked once an attempt needed it."""
    held = _held(person)
    if held is None:
        return
    if held.locked_at is not None:
        raise IdentityLocked
    held.delete()
    log.info("identity_taken_back", person=str(person.uuid))


def lock_identity(*, person_id: int, at: datetime, needed_until: datetime) -> bool:
    """Fix the person's number, called as an attempt starts that needs it. False where none is stated."""
    return bool(
        Identity.objects.filter(person_id=person_id).update(
            locked_at=Coalesce("locked_at", at), keep_until=Greatest("keep_until", needed_until + KEEP)
        )
    )


@transaction.atomic
def release_identity(*, number: str, reason: str, by: Person, second: Person) -> UUID | None:
    """Delete a number that somebody took who may not have it; return whose it was, None where nobody states it.

    Two of the staff answer for it. Attempts stay.
    """
    held = (
        Identity.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(digest=digest_of(number))
        .first()
    )
    if held is None:
        return None
    held.delete()
    holder = held.person.uuid
    log.warning("identity_released", person=str(holder), by=str(by.uuid), second=str(second.uuid), reason=reason)
    return holder


def forget_identities(*, now: datetime) -> int:
    """Delete the numbers that no contest needs any longer; return how many there were."""
    forgotten, count = 0, FORGOTTEN_AT_ONCE
    with connection.cursor() as cursor:
        while count == FORGOTTEN_AT_ONCE:
            cursor.execute(_FORGET, [now, FORGOTTEN_AT_ONCE])
            count = int(cursor.rowcount)
            forgotten += count
    return forgotten


def _held(person: Person) -> Identity | None:
    # The person's row first, as a start does: neither sees the other halfway.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return Identity.objects.filter(person=person).first()


def _replace(person: Person, *, digest: bytes, number: str, at: datetime) -> Identity:
    sealed, nonce = seal(number, person=person.uuid)
    mine = Identity(person=person, digest=digest, sealed=sealed, nonce=nonce, stated_at=at, keep_until=at + KEEP)
    Identity.objects.filter(person=person).delete()
    # Of two accounts at one instant the constraint lets one through; the other waits for it and inserts nothing. An
    # error of the database instead would write the digest into its log.
    Identity.objects.bulk_create([mine], ignore_conflicts=True)
    kept = Identity.objects.filter(person=person).first()
    if kept is None:
        raise IdentityInUse
    return kept
