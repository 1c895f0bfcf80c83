"""Take markers' marks of essays."""

from datetime import datetime

from django.db import connection, transaction

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Answer
from backend.contests.enums import RoundState
from backend.contests.models import Contest
from backend.contests.queries import round_state, rulebook_of
from backend.core.rules.essays import Essay, mark_problem, waits_for
from backend.results.errors import EssayMarked, EssayNotMarkable, MarkRefused, OwnEssay
from backend.results.models import EssayMark, EssaySheet, VoidedAttempt
from backend.results.services.entering import hold_marks

REMARK_MAX = 2000
_PEOPLE = "SELECT 1 FROM accounts_person WHERE id = ANY(%(ids)s) ORDER BY id FOR KEY SHARE"


@transaction.atomic
def give_mark(*, sheet: EssaySheet, marker: Person, points: int, remark: str = "", now: datetime) -> EssayMark:
    """Store a person's mark of an essay, or another one in the place of their last, until that has entered.

    A mark after that waits for the next set of changes. Raises MarkRefused with the fields, OwnEssay, EssayNotMarkable,
    and EssayMarked where as many people as the rules want have marked it.
    """
    attempt = sheet.attempt
    contest = attempt.contest
    essay, text = rule_of(contest), remark.strip()
    _check_mark(points, text, essay)
    _hold_people(attempt.person_id, marker.pk)
    hold_marks(contest.pk, alone=False)
    # One mark at a time: whose turn it is follows from those that are there.
    EssaySheet.objects.select_for_update().get(pk=sheet.pk)
    check_can_mark(sheet=sheet, marker=marker, now=now)
    latest = latest_marks(sheet)
    own = next((mark for mark in latest.values() if mark.marker_id == marker.pk), None)
    if own is None and waits_for([mark.points for mark in latest.values()], essay) is None:
        raise EssayMarked
    if own is not None and (own.points, own.remark) == (points, text):
        return own
    if own is not None and own.from_key_version is None:
        own.replaced_at = now
        own.save(update_fields=["replaced_at"])
    EssaySheet.objects.filter(pk=sheet.pk, holder=marker).update(holder=None, held_until=None)
    return EssayMark.objects.create(
        contest=contest,
        attempt=attempt,
        item=sheet.item,
        turn=own.turn if own else len(latest) + 1,
        marker=marker,
        points=points,
        remark=text,
        at=now,
    )


def check_can_mark(*, sheet: EssaySheet, marker: Person, now: datetime) -> None:
    """Refuse what no mark would ever count for. Raises OwnEssay, EssayNotMarkable."""
    attempt = sheet.attempt
    if attempt.person_id == marker.pk:
        raise OwnEssay
    is_over = attempt.state != AttemptState.OPEN and round_state(attempt.round, now=now) is RoundState.CLOSED
    if not is_over or VoidedAttempt.objects.filter(attempt=attempt, is_in_force=True).exists():
        raise EssayNotMarkable
    written = Answer.objects.filter(round_id=attempt.round_id, attempt=attempt, item=sheet.item, text__regex=r"\S")
    if not written.exists():
        raise EssayNotMarkable


def _hold_people(*person_ids: int) -> None:
    """Keep these people from being erased until this transaction ends; whoever was being erased is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"ids": list(person_ids)})


def _check_mark(points: int, remark: str, essay: Essay) -> None:
    fields: dict[str, str] = {}
    if mark_problem(points, essay) is not None:
        fields["points"] = f"Điểm từ 0 đến {essay.points}, lẻ đến một phần tư điểm."
    if len(remark) > REMARK_MAX:
        fields["remark"] = f"Ghi chú dài nhất {REMARK_MAX} ký tự."
    if fields:
        raise MarkRefused(fields=fields)


def latest_marks(sheet: EssaySheet) -> dict[int, EssayMark]:
    """Return the marks of an essay that stand, by turn."""
    rows = EssayMark.objects.filter(attempt=sheet.attempt_id, item=sheet.item, replaced_at=None)
    return {mark.turn: mark for mark in rows.order_by("turn", "pk")}


def rule_of(contest: Contest) -> Essay:
    """Return the rule. Raises EssayNotMarkable where the rules ask for no essay."""
    essay = rulebook_of(contest).essay
    if essay is None:
        raise EssayNotMarkable
    return essay
