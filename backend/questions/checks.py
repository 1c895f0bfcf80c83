"""Who may do what with a version, as pairs: `check_can_x` raises the reason, `can_x` answers yes or no."""

from collections.abc import Callable, Collection
from datetime import date

from backend.core.errors import UserError
from backend.questions.content import Content
from backend.questions.enums import VersionState
from backend.questions.errors import OwnQuestion, QuestionIncomplete, QuestionState
from backend.questions.rules import completeness_problems
from backend.questions.states import Move, after


def check_can_edit(*, state: str) -> None:
    """Refuse to change what somebody is just reading for review. Raises QuestionState."""
    if state == VersionState.IN_REVIEW:
        raise QuestionState(state=state, state_name=VersionState(state).label)


def check_can_submit(*, state: str, content: Content, today: date) -> None:
    """Raises QuestionState, or QuestionIncomplete with the fields that are missing."""
    after(state, Move.SUBMIT)
    check_is_complete(content, today=today)


def check_can_approve(
    *, state: str, content: Content, today: date, writer_ids: Collection[int], person_id: int
) -> None:
    """Ask for a second person: no role, admin included, lifts this. Raises OwnQuestion as well as the above."""
    after(state, Move.APPROVE)
    if person_id in writer_ids:
        raise OwnQuestion
    check_is_complete(content, today=today)


def check_can_return(*, state: str) -> None:
    """Raises QuestionState. Authors may take their own back."""
    after(state, Move.RETURN)


def check_is_complete(content: Content, *, today: date) -> None:
    """Raises QuestionIncomplete with one sentence a field."""
    fields: dict[str, str] = {}
    for problem in completeness_problems(content, today=today):
        fields.setdefault(problem.field, problem.sentence)
    if fields:
        raise QuestionIncomplete(fields=fields)


def can_edit(*, state: str) -> bool:
    return _passes(lambda: check_can_edit(state=state))


def can_submit(*, state: str, content: Content, today: date) -> bool:
    return _passes(lambda: check_can_submit(state=state, content=content, today=today))


def can_approve(*, state: str, content: Content, today: date, writer_ids: Collection[int], person_id: int) -> bool:
    return _passes(
        lambda: check_can_approve(state=state, content=content, today=today, writer_ids=writer_ids, person_id=person_id)
    )


def can_return(*, state: str) -> bool:
    return _passes(lambda: check_can_return(state=state))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except UserError:
        return False
    return True
