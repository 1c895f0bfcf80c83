"""Erase what tells who a person was. The row stays as a number that counted results hang on, so no total moves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from backend.accounts.enums import AccountMove, Locale
from backend.accounts.errors import AccountErased, AccountHasRoles, AttemptStillRunning
from backend.accounts.events import PersonErased
from backend.accounts.letters import forget_letters
from backend.accounts.models import AccountStep, Identity, Person, Profile, StaffRole
from backend.accounts.queries import list_due_to_erase
from backend.accounts.services.agreeing import withdraw_consent
from backend.core.text import ERASED_NAME
from backend.infra import events

log = structlog.get_logger(__name__)
# As the consent text promises.
ERASE_WITHIN = timedelta(days=20)
_NOWHERE = "erased.invalid"  # RFC 2606: no such address can ever be written to
_CHUNK = 2_000
_FORGET_ENDED = """
DELETE FROM django_session WHERE session_key IN (
    SELECT session_key FROM django_session WHERE expire_date <= %s LIMIT %s)
"""


@transaction.atomic
def erase_person(
    *, person_id: int, at: datetime, by: Person | None = None, reason: str = "", with_roles: bool = False
) -> None:
    """Erase one person: all of it or nothing, here and in every app downstream.

    Gone are e-mail (letters to it too), password, name, date of birth, identity number, sign-ins with their addresses,
    and what the other apps keep of a person alone (`PersonErased`). Kept are the row with its uuid, when consent was
    given and withdrawn (the proof that we could keep anything at all), attempts, results and counts.

    `by` and `reason` where an organizer does it at somebody's request; nobody need have withdrawn before. Raises
    AccountErased, AttemptStillRunning, and AccountHasRoles unless `with_roles` takes the roles along.
    """
    # The strongest lock at once: the address is a unique column, whose change wants it.
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.erased_at is not None:
        raise AccountErased
    if not with_roles and StaffRole.objects.filter(person=person).exists():
        raise AccountHasRoles
    withdraw_consent(person=person, at=at)
    _forget_sign_ins(UserSession.objects.filter(user=person))
    EmailAddress.objects.filter(user=person).delete()
    forget_letters(person.email)
    for model in (Identity, StaffRole):
        model.objects.filter(person=person).delete()
    # A name or a date stands in no column of an audit, but who wrote a reason may have told one.
    AccountStep.objects.filter(person=person).update(reason="")
    Profile.objects.filter(person=person).update(
        display_name=ERASED_NAME, locale=Locale.VI, born_on=None, born_on_locked_at=None, updated_at=at
    )
    person.email = f"{person.uuid.hex}@{_NOWHERE}"
    person.set_unusable_password()
    person.is_active = False
    person.last_login = None
    person.erased_at = at
    person.save()
    AccountStep.objects.create(person=person, move=AccountMove.ERASED, actor=by, reason=reason, at=at)
    events.publish(PersonErased(person_id=person.pk, at=at))
    log.warning("person_erased", person=str(person.uuid), by=str(by.uuid) if by else None, reason=reason)


def erase_withdrawn(*, now: datetime, after: timedelta, most: int | None = None) -> int:
    """Erase who withdrew `after` ago or longer, `most` at once; return how many were.

    Each is a transaction of its own: whatever ends this in the middle, the next run goes on with who is left. Who
    cannot be erased yet (a running attempt) waits for it too. One whose erasure fails holds nobody else up: raises
    RuntimeError after all others.
    """
    erased = failed = 0
    for person in list_due_to_erase(withdrawn_by=now - after)[:most]:
        try:
            erase_person(person_id=person.pk, at=now)
        except (AttemptStillRunning, AccountErased, AccountHasRoles) as refusal:
            log.info("not_erased_yet", person=str(person.uuid), code=refusal.code)
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not stand before everybody else every night
            # Not its words: they may repeat what was to be erased.
            log.error("erasure_failed", person=str(person.uuid), cause=type(error).__name__)
            failed += 1
        else:
            erased += 1
    forget_stray_sessions(now=now)
    if failed:
        raise RuntimeError(f"{failed} persons were not erased, {erased} were")
    return erased


def forget_stray_sessions(*, now: datetime) -> int:
    """Delete sessions that have ended, and those of erased persons that allauth lost sight of; return how many.

    A session holds the address that was signed in with, and its table no person to find it by. allauth keeps a list
    of sessions beside it, so only those that are missing there need to be opened.
    """
    forgotten = _forget_ended_sessions(now=now)
    # Who signed in while they were being erased: nobody can use it, and it tells the address all the same.
    forgotten += _forget_sign_ins(UserSession.objects.exclude(user__erased_at=None))
    listed = UserSession.objects.filter(session_key=OuterRef("session_key"))
    strays: dict[str, str] = {}
    for session in Session.objects.filter(~Exists(listed)).iterator(chunk_size=_CHUNK):
        if person := session.get_decoded().get(SESSION_KEY):
            strays[session.session_key] = str(person)
    erased = {str(pk) for pk in _erased_among(set(strays.values()))}
    gone = [key for key, person in strays.items() if person in erased]
    for start in range(0, len(gone), _CHUNK):
        forgotten += Session.objects.filter(session_key__in=gone[start : start + _CHUNK]).delete()[0]
    return forgotten


def _erased_among(ids: Iterable[str]) -> list[int]:
    numbers = [int(one) for one in ids if one.isdecimal()]
    return list(Person.objects.filter(pk__in=numbers).exclude(erased_at=None).values_list("pk", flat=True))


def _forget_ended_sessions(*, now: datetime) -> int:
    forgotten, count = 0, _CHUNK
    with connection.cursor() as cursor:
        while count == _CHUNK:
            cursor.execute(_FORGET_ENDED, [now, _CHUNK])
            count = int(cursor.rowcount)
            forgotten += count
    return forgotten


def _forget_sign_ins(sign_ins: "QuerySet[UserSession]") -> int:
    """End sessions, and forget from where and with what they were begun; return how many sessions there were."""
    keys = list(sign_ins.values_list("session_key", flat=True))
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]
