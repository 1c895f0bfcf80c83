"""Move a regrade along its table: the state, its audit row and the news of it are one thing."""

from datetime import datetime
from typing import Any

from backend.accounts.models import Person
from backend.infra import events
from backend.results.enums import Move
from backend.results.events import RegradeMoved
from backend.results.models import Regrade, RegradeStep
from backend.results.states import after


def lock_regrade(regrade_id: int) -> Regrade:
    """Lock a regrade's row and return it as stored; the caller is in a transaction."""
    return Regrade.objects.select_for_update().get(pk=regrade_id)


def move(
    regrade: Regrade, what: Move, *, actor: Person | None, now: datetime, reason: str = "", **fields: Any
) -> Regrade:
    """Write the next state with its audit row and tell of it, in the caller's transaction."""
    regrade.state = after(regrade.state, what)
    for name, value in fields.items():
        setattr(regrade, name, value)
    regrade.save(update_fields=["state", *fields])
    RegradeStep.objects.create(regrade=regrade, move=what, actor=actor, reason=reason, at=now)
    events.publish(RegradeMoved(regrade.pk, regrade.contest_id, regrade.state, at=now, reason=regrade.reason))
    return regrade
