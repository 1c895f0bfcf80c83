"""A second person's word, the pointer flip, and giving up. Each is one transaction with its audit row."""

from datetime import datetime

from django.db import transaction

from backend.accounts.models import Person
from backend.contests.models import Contest
from backend.infra import failpoints
from backend.results.checks import check_can_apply, check_can_approve, check_can_cancel
from backend.results.enums import Move
from backend.results.models import Regrade
from backend.results.pointers import hold_alone
from backend.results.services.entering import take_marks_out
from backend.results.services.stepping import lock_regrade, move


@transaction.atomic
def approve_regrade(*, regrade: Regrade, actor: Person, now: datetime, reason: str = "") -> Regrade:
    """Say, as another person than the author, that the set may be applied. Raises RegradeStateRefused, OwnRegrade."""
    locked = lock_regrade(regrade.pk)
    check_can_approve(state=locked.state, author_id=locked.author_id, person_id=actor.pk)
    return move(locked, Move.APPROVE, actor=actor, now=now, reason=reason, approver=actor, approved_at=now)


@transaction.atomic
def apply_regrade(*, regrade: Regrade, actor: Person, now: datetime, reason: str = "") -> Regrade:
    """Put the keys in force by moving the contest's pointer; both versions stay stored.

    Nothing is left to be taken over: since the computing began, whatever ended was written under both.
    Raises RegradeStateRefused, RegradeOutdated.
    """
    locked = lock_regrade(regrade.pk)
    hold_alone(locked.contest_id)
    contest = Contest.objects.select_for_update(no_key=True).get(pk=locked.contest_id)
    check_can_apply(state=locked.state, base_key_version=locked.base_key_version, key_version=contest.key_version)
    contest.key_version = locked.target_key_version
    contest.save(update_fields=["key_version"])
    failpoints.hit("mid_apply")
    return move(locked, Move.APPLY, actor=actor, now=now, reason=reason, applied_at=now)


@transaction.atomic
def cancel_regrade(*, regrade: Regrade, actor: Person, now: datetime, reason: str = "") -> Regrade:
    """Give the set up. What was computed aside is deleted afterwards, in batches; the audit stays, marks wait again."""
    locked = lock_regrade(regrade.pk)
    check_can_cancel(state=locked.state)
    # A look through all marks; the pointer is held for its last moment alone, because every attempt's end waits for it.
    take_marks_out(locked, now=now)
    hold_alone(locked.contest_id)
    return move(locked, Move.CANCEL, actor=actor, now=now, reason=reason, cancelled_at=now)
