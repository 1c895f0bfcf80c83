"""Note who corrected what of an account at the desk; what belongs to whom is written by the apps that own it."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from backend.accounts.enums import AccountMove
from backend.accounts.events import ProfileCorrected
from backend.accounts.models import AccountStep, Person
from backend.infra import events

log = structlog.get_logger(__name__)


def note_correction(*, person: Person, by: Person, reason: str, facts: Sequence[str], at: datetime) -> None:
    """Write the audit of a correction and tell downstream, in the transaction of the correction.

    `facts` are names of what changed (`display_name`, `territory`). Values are nobody's business but the person's:
    they stand in no audit and no log.
    """
    AccountStep.objects.create(
        person=person, move=AccountMove.CORRECTED, actor=by, facts=list(facts), reason=reason, at=at
    )
    events.publish(ProfileCorrected(person_id=person.pk))
    # The reason is people's own words: it stays in the audit, from where an erasure takes it.
    log.warning("profile_corrected", person=str(person.uuid), by=str(by.uuid), facts=list(facts))
