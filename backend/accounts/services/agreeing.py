"""Hold a person to their consent, inside the transaction that needs it."""

from django.conf import settings

from backend.accounts.enums import ConsentKind
from backend.accounts.errors import ConsentRequired
from backend.accounts.models import Consent, Person


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
