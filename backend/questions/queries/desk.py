"""What staff read of the bank. Everything here may hold keys: for the staff addresses alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from backend.core.errors import InvalidInput, NotFound
from backend.core.text import fold
from backend.questions.enums import VersionState
from backend.questions.models import Citation, Question, QuestionVersion, Review, Topic

_CURSOR = re.compile(r"(\d{1,16})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """What a list is narrowed to; None and empty narrow nothing. Words of `q` are searched without diacritics."""

    q: str = ""
    document: str | None = None
    topic: str | None = None
    difficulty: int | None = None
    kind: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page, newest change first. `by_state` counts what the filter finds whatever the state."""

    questions: list[Question]
    next: str | None
    by_state: dict[str, int]
    total: int


def list_questions(asked: QuestionFilter, *, after: str | None = None, limit: int = 20) -> QuestionPage:
    """Return the page after the cursor. Raises InvalidInput where the cursor is none of ours."""
    rows = _narrowed(asked)
    counted = rows.order_by().values_list("current__state").annotate(count=Count("id"))
    by_state = {state.value: 0 for state in VersionState} | dict(counted)
    if asked.state is not None:
        rows = rows.filter(current__state=asked.state)
    if after is not None:
        rows = rows.filter(_is_after(after))
    citations = Citation.objects.select_related("clause").order_by("id")
    rows = rows.select_related("document", "current__topic", "current__author__profile")
    rows = rows.prefetch_related(Prefetch("current__citations", queryset=citations))
    found = list(rows.order_by("-current__updated_at", "-id")[: limit + 1])
    return QuestionPage(
        questions=found[:limit],
        next=_cursor(found[limit - 1]) if len(found) > limit else None,
        by_state=by_state,
        total=by_state[asked.state] if asked.state is not None else sum(by_state.values()),
    )


def get_question(uuid: UUID) -> Question:
    """Return a question with its current version, citations and editors. Raises NotFound."""
    citations = Citation.objects.select_related("clause__version__document").order_by("id")
    rows = Question.objects.select_related("document", "current__topic", "current__author__profile")
    rows = rows.prefetch_related(Prefetch("current__citations", queryset=citations))
    question = rows.filter(uuid=uuid, current__isnull=False).first()
    if question is None:
        raise NotFound
    return question


def list_versions(question: Question) -> list[QuestionVersion]:
    """Return all versions, newest first, with their authors."""
    return list(question.versions.select_related("author__profile").order_by("-number"))


def list_reviews(question: Question) -> list[Review]:
    """Return all decisions on any version, newest first, with their reviewers."""
    rows = Review.objects.filter(version__question=question).select_related("reviewer__profile")
    return list(rows.order_by("-at", "-id"))


def list_topics() -> QuerySet[Topic]:
    """Return the topics in order, each with `count_1` to `count_3`: questions in force by difficulty."""
    in_force = Q(versions__state=VersionState.APPROVED)
    return Topic.objects.annotate(
        count_1=Count("versions", filter=in_force & Q(versions__difficulty=1)),
        count_2=Count("versions", filter=in_force & Q(versions__difficulty=2)),
        count_3=Count("versions", filter=in_force & Q(versions__difficulty=3)),
    ).order_by("ordinal", "key")


def _narrowed(asked: QuestionFilter) -> QuerySet[Question]:
    """Narrow by everything but the state, which the counts are made over."""
    rows = Question.objects.filter(current__isnull=False)
    wanted = {
        "document__key": asked.document,
        "current__topic__key": asked.topic,
        "current__difficulty": asked.difficulty,
        "current__kind": asked.kind,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    for word in fold(asked.q).split():
        rows = rows.filter(current__search_key__contains=word)
    return rows.none() if asked.q.strip() and not fold(asked.q) else rows


def _cursor(question: Question) -> str:
    assert question.current is not None
    return f"{(question.current.updated_at - _EPOCH) // timedelta(microseconds=1)}-{question.pk}"


def _is_after(cursor: str) -> Q:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidInput(fields={"after": "Dấu trang không đúng."})
    changed_at = _EPOCH + timedelta(microseconds=int(match[1]))
    return Q(current__updated_at__lt=changed_at) | Q(current__updated_at=changed_at, pk__lt=int(match[2]))
