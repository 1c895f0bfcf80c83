"""Pass questions from hand to hand. The review row is written with the change it tells of."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import Person
from backend.core.errors import InvalidInput
from backend.questions.checks import check_can_approve, check_can_return, check_can_submit
from backend.questions.enums import Decision
from backend.questions.models import Question, Review
from backend.questions.queries.versions import content_of, lock_current, writer_ids
from backend.questions.rules import text_problem
from backend.questions.services.storing import move_version, retire_in_force
from backend.questions.states import Move

REASON_MAX = 1000


def submit_question(*, uuid: UUID, now: datetime) -> Question:
    """Ask for review. Raises NotFound, QuestionState, QuestionIncomplete."""
    with transaction.atomic():
        question, version = lock_current(uuid)
        check_can_submit(state=version.state, content=content_of(version), today=_day(now))
        move_version(version, Move.SUBMIT)
    return question


def approve_question(*, uuid: UUID, person: Person, now: datetime) -> Question:
    """Put the version in force, by the word of a second person. Raises also OwnQuestion."""
    with transaction.atomic():
        question, version = lock_current(uuid)
        check_can_approve(
            state=version.state,
            content=content_of(version),
            today=_day(now),
            writer_ids=writer_ids(version),
            person_id=person.pk,
        )
        retire_in_force(question)
        move_version(version, Move.APPROVE)
        Review.objects.create(version=version, reviewer=person, decision=Decision.APPROVE, at=now)
    return question


def return_question(*, uuid: UUID, person: Person, reason: str, now: datetime) -> Question:
    """Give the version back to its author with a reason. Raises NotFound, QuestionState, InvalidInput."""
    wrong = text_problem(reason, most=REASON_MAX, lines=True)
    if wrong is not None:
        raise InvalidInput(fields={"reason": wrong[1]})
    with transaction.atomic():
        question, version = lock_current(uuid)
        check_can_return(state=version.state)
        move_version(version, Move.RETURN)
        Review.objects.create(version=version, reviewer=person, decision=Decision.RETURN, reason=reason, at=now)
    return question


def _day(now: datetime) -> date:
    """Return the day in Hanoi: a draft of this morning is not "in the future" because London still sleeps."""
    return timezone.localtime(now).date()
