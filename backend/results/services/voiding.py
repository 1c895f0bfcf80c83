"""Void attempts with a reason and a second person, and reinstate them in the same way.

What counts changes in the transaction of the approval: nobody is recording, and no batch of a regrade is under way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.contests.models import Contest
from backend.infra import events
from backend.results.checks import check_can_decide, check_is_not_own
from backend.results.enums import ACTIVE, PENDING_OR_IN_FORCE, VOID, RegradeState, VoidingMove
from backend.results.errors import AttemptInVoiding, VoidingRefused
from backend.results.events import CountingChanged
from backend.results.models import Regrade, VoidedAttempt, Voiding, VoidingStep
from backend.results.pointers import hold_alone
from backend.results.states import after_voiding

REASON_MAX = 2000


def propose_voiding(
    *, contest: Contest, attempts: Sequence[Attempt], reason: str, author: Person, now: datetime
) -> Voiding:
    """Ask that ended attempts of one person in a contest count no longer. Nothing changes before the approval.

    Raises VoidingRefused with the fields, AttemptInVoiding, OwnAttempt.
    """
    text = _checked_reason(reason)
    people = {attempt.person_id for attempt in attempts}
    if len(people) != 1 or any(attempt.contest_id != contest.pk for attempt in attempts):
        raise VoidingRefused(fields={"attempts": "Chọn ít nhất một lượt thi, của cùng một người, trong hội thi này."})
    if any(attempt.state == AttemptState.OPEN for attempt in attempts):
        raise VoidingRefused(fields={"attempts": "Lượt thi này chưa kết thúc. Chờ nộp bài hoặc hết giờ."})
    person_id = people.pop()
    check_is_not_own(person_id=author.pk, subject_id=person_id)
    try:
        with transaction.atomic():
            voiding = Voiding.objects.create(
                contest=contest, person_id=person_id, reason=text, author=author, created_at=now
            )
            VoidedAttempt.objects.bulk_create(
                VoidedAttempt(voiding=voiding, attempt=attempt) for attempt in sorted(attempts, key=lambda one: one.pk)
            )
            VoidingStep.objects.create(voiding=voiding, move=VoidingMove.PROPOSE, actor=author, reason=text, at=now)
    except IntegrityError as error:
        if "attempt_in_one_open_voiding" in str(error):
            raise AttemptInVoiding from error
        raise
    return voiding


@transaction.atomic
def approve_voiding(*, voiding: Voiding, actor: Person, now: datetime, reason: str = "") -> Voiding:
    """Say, as another person than who asked, that the attempts count no longer.

    Raises VoidingStateRefused, OwnVoiding, OwnAttempt.
    """
    locked = _lock(voiding)
    after_voiding(locked.state, VoidingMove.APPROVE)
    check_can_decide(asked_by=locked.author_id, person_id=actor.pk, subject_id=locked.person_id)
    return _move(locked, VoidingMove.APPROVE, actor=actor, now=now, reason=reason, approver=actor, voided_at=now)


@transaction.atomic
def withdraw_voiding(*, voiding: Voiding, actor: Person, now: datetime, reason: str = "") -> Voiding:
    """Take a proposal back before anything came of it. Raises VoidingStateRefused."""
    return _move(_lock(voiding), VoidingMove.WITHDRAW, actor=actor, now=now, reason=reason)


@transaction.atomic
def ask_reinstatement(*, voiding: Voiding, actor: Person, now: datetime, reason: str) -> Voiding:
    """Ask, with a reason, that voided attempts count again. Raises VoidingStateRefused, VoidingRefused, OwnAttempt."""
    locked = _lock(voiding)
    check_is_not_own(person_id=actor.pk, subject_id=locked.person_id)
    return _move(
        locked,
        VoidingMove.ASK_BACK,
        actor=actor,
        now=now,
        reason=_checked_reason(reason),
        back_author=actor,
        back_approver=None,
    )


@transaction.atomic
def approve_reinstatement(*, voiding: Voiding, actor: Person, now: datetime, reason: str = "") -> Voiding:
    """Say, as another person than who asked, that the attempts count again. All is as if they had always counted.

    Raises VoidingStateRefused, OwnVoiding, OwnAttempt.
    """
    locked = _lock(voiding)
    after_voiding(locked.state, VoidingMove.REINSTATE)
    check_can_decide(asked_by=locked.back_author_id, person_id=actor.pk, subject_id=locked.person_id)
    return _move(locked, VoidingMove.REINSTATE, actor=actor, now=now, reason=reason, back_approver=actor, lifted_at=now)


@transaction.atomic
def keep_voiding(*, voiding: Voiding, actor: Person, now: datetime, reason: str = "") -> Voiding:
    """Let the voiding stand although a reinstatement was asked for. Raises VoidingStateRefused."""
    return _move(_lock(voiding), VoidingMove.KEEP, actor=actor, now=now, reason=reason)


def _lock(voiding: Voiding) -> Voiding:
    return Voiding.objects.select_for_update().get(pk=voiding.pk)


def _move(voiding: Voiding, what: VoidingMove, *, actor: Person, now: datetime, reason: str, **fields: Any) -> Voiding:
    """Write the next state with its audit row, what it means for the attempts, and tell of it where counts change."""
    was_void = voiding.state in VOID
    voiding.state = after_voiding(voiding.state, what)
    for name, value in fields.items():
        setattr(voiding, name, value)
    is_void = voiding.state in VOID
    if is_void != was_void:
        _keep_others_out(voiding.contest_id)
    voiding.save(update_fields=["state", *fields])
    VoidedAttempt.objects.filter(voiding=voiding).update(
        is_open=voiding.state in PENDING_OR_IN_FORCE, is_in_force=is_void
    )
    VoidingStep.objects.create(voiding=voiding, move=what, actor=actor, reason=reason.strip(), at=now)
    if is_void != was_void:
        ids = VoidedAttempt.objects.filter(voiding=voiding).order_by("attempt_id").values_list("attempt_id", flat=True)
        events.publish(CountingChanged(voiding.contest_id, tuple(ids), at=now, reason=voiding.reason))
    return voiding


def _keep_others_out(contest_id: int) -> None:
    """Wait until nobody records, takes over or clears results of the contest, and keep them out until we are done."""
    # Regrades first, in the order in which their own steps take the locks: a set that is being cleared away holds no
    # other, and its rows must not go while lines are pointed at them.
    unsettled = Q(state__in=ACTIVE) | Q(state=RegradeState.CANCELLED, cleared_at=None)
    list(Regrade.objects.select_for_update().filter(unsettled, contest=contest_id).order_by("pk"))
    hold_alone(contest_id)


def _checked_reason(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > REASON_MAX:
        raise VoidingRefused(fields={"reason": f"Nêu lý do, dài nhất {REASON_MAX} ký tự."})
    return text
