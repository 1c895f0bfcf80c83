"""Hold a person to their consent, inside the transaction that needs it, and withdraw it."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.enums import ConsentKind
from backend.accounts.errors import ConsentRequired, ConsentWithdrawn
from backend.accounts.models import Consent, Person

log = structlog.get_logger(__name__)


def hold_consent(person: Person) -> None:
    """Raise ConsentRequired without a live consent; one that lives stays until the caller's transaction ends.

    Call it behind the lock of the person's row: everybody takes the two in this order.
    """
    # Locked: a withdrawal beside this waits, and then takes along what was stored.
    given = Consent.objects.select_for_update(no_key=True).filter(
        person=person, kind=ConsentKind.TAKE_PART, version=settings.CONSENT_VERSION, withdrawn_at=None
    )
    if given.first() is None:
        raise ConsentRequired


def check_not_withdrawn(person: Person) -> None:
    """Raise ConsentWithdrawn where the person took every consent back. Who never gave one (staff) may go on.

    Call it behind the lock of the person's row, which a withdrawal takes first.
    """
    ended = [at is not None for at in Consent.objects.filter(person=person).values_list("withdrawn_at", flat=True)]
    if ended and all(ended):
        raise ConsentWithdrawn


@transaction.atomic
def withdraw_consent(*, person: Person, at: datetime) -> None:
    """End the person's consents; one that has ended already is no change.

    Triggers take along what is kept by reason of it alone: the identity number and the marks of devices. Attempts and
    the account stay until somebody erases them, so the log calls for it.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Consent.objects.filter(person=person, kind=ConsentKind.TAKE_PART, withdrawn_at=None).update(withdrawn_at=at):
        log.warning("consent_withdrawn", person=str(person.uuid))
