"""Write contents into rows: shared by the desk and the files. Callers hold the lock and the transaction."""

from collections.abc import Mapping

from backend.core.text import fold
from backend.documents.models import Clause, Document
from backend.questions.content import Content
from backend.questions.enums import Origin, VersionState
from backend.questions.models import Citation, Question, QuestionVersion, Topic
from backend.questions.states import Move, after

Clauses = Mapping[tuple[str, str], Clause]


def add_version(
    *,
    question: Question,
    content: Content,
    topic: Topic,
    clauses: Clauses,
    origin: Origin,
    state: VersionState = VersionState.DRAFT,
    author_id: int | None = None,
) -> QuestionVersion:
    """Add the next version and make it current. An approved one takes the place of the one in force."""
    if state == VersionState.APPROVED:
        retire_in_force(question)
    newest = question.versions.order_by("-number").values_list("number", flat=True).first()
    version = QuestionVersion(
        question=question, number=(newest or 0) + 1, state=state, origin=origin, author_id=author_id
    )
    _fill(version, content, topic)
    version.save()
    if author_id is not None:
        version.editors.add(author_id)
    _cite(version, content, clauses)
    question.current = version
    question.document = _first_document(content, clauses)
    question.save(update_fields=["current", "document"])
    return version


def rewrite_version(
    *, question: Question, version: QuestionVersion, content: Content, topic: Topic, clauses: Clauses
) -> None:
    """Replace the content of a version that was never approved nor used."""
    _fill(version, content, topic)
    version.save()
    version.citations.all().delete()
    _cite(version, content, clauses)
    question.document = _first_document(content, clauses)
    question.save(update_fields=["document"])


def retire_in_force(question: Question) -> None:
    """Take the version in force out of it, if there is one. Rounds that hold it keep it."""
    for version in question.versions.filter(state=VersionState.APPROVED):
        move_version(version, Move.RETIRE)


def move_version(version: QuestionVersion, move: Move) -> None:
    """Change a version's state by the table. Raises QuestionState."""
    version.state = after(version.state, move)
    version.save(update_fields=["state", "updated_at"])


def _fill(version: QuestionVersion, content: Content, topic: Topic) -> None:
    version.topic = topic
    version.difficulty = content.difficulty
    version.kind = content.kind
    version.stem = content.stem
    version.options = list(content.options)
    version.key = list(content.key)
    version.accepted = list(content.accepted)
    version.explanation = content.explanation
    version.valid_as_of = content.valid_as_of
    version.search_key = fold(" ".join([version.question.key, content.stem, *content.options, content.explanation]))
    version.content_hash = content.fingerprint()


def _cite(version: QuestionVersion, content: Content, clauses: Clauses) -> None:
    Citation.objects.bulk_create(
        Citation(version=version, clause=clauses[cited.document, cited.path], quote=cited.quote)
        for cited in content.citations
    )


def _first_document(content: Content, clauses: Clauses) -> Document | None:
    first = content.citations[0] if content.citations else None
    return clauses[first.document, first.path].version.document if first else None
