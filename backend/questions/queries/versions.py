"""What a stored version says and whether it may still change."""

from collections.abc import Iterable
from uuid import UUID

from backend.core.errors import NotFound
from backend.questions.content import Cited, Content
from backend.questions.enums import VersionState
from backend.questions.models import Citation, Question, QuestionVersion


def content_of(version: QuestionVersion) -> Content:
    """Return a stored version's content, its citations in the order they were given."""
    cited = Citation.objects.filter(version=version).order_by("id")
    rows = cited.values_list("clause__version__document__key", "clause__path", "quote")
    return Content(
        topic=version.topic.key,
        difficulty=version.difficulty,
        kind=version.kind,
        stem=version.stem,
        options=tuple(version.options),
        key=tuple(version.key),
        explanation=version.explanation,
        valid_as_of=version.valid_as_of,
        citations=tuple(Cited(document, path, quote) for document, path, quote in rows),
        accepted=tuple(version.accepted),
    )


def used_version_ids(version_ids: Iterable[int]) -> set[int]:
    """Return the versions that some round may draw."""
    # The relation belongs to an app downstream and is known here by its name alone.
    rows = QuestionVersion.objects.filter(id__in=list(version_ids), round_uses__isnull=False)
    return set(rows.values_list("id", flat=True))


def is_fixed(version: QuestionVersion) -> bool:
    """Tell whether a change needs a new version: it was approved once, or a round may draw it."""
    if version.state in {VersionState.APPROVED, VersionState.RETIRED}:
        return True
    return bool(used_version_ids([version.pk]))


def writer_ids(version: QuestionVersion) -> set[int]:
    """Return all who had a hand in a version."""
    ids = set(version.editors.values_list("id", flat=True))
    return ids | {version.author_id} if version.author_id is not None else ids


def lock_current(uuid: UUID) -> tuple[Question, QuestionVersion]:
    """Lock a question, then its current version. Raises NotFound."""
    question = Question.objects.select_for_update().filter(uuid=uuid).first()
    if question is None or question.current_id is None:
        raise NotFound
    version = (
        QuestionVersion.objects.select_for_update(of=("self",)).select_related("topic").get(pk=question.current_id)
    )
    return question, version


def etag_of(question: Question, version: QuestionVersion) -> str:
    """Name the state of a question. Made of counters and times: a hash of the content would test guesses of the key."""
    return f'"{question.uuid.hex[:8]}-{version.number}-{version.updated_at.timestamp():.6f}"'
