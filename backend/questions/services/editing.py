"""Write questions at the desk. What was approved or may be drawn is followed by a new version, never rewritten."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import Person
from backend.core.errors import InvalidInput
from backend.documents.queries import newest_clauses
from backend.questions.checks import check_can_edit
from backend.questions.content import Content
from backend.questions.enums import Origin
from backend.questions.errors import PreconditionFailed, QuestionKeyTaken
from backend.questions.models import Question, Topic
from backend.questions.queries.versions import etag_of, is_fixed, lock_current
from backend.questions.rules import kind_problems, text_problems
from backend.questions.services.storing import Clauses, add_version, rewrite_version


def create_question(*, content: Content, person: Person, now: datetime, key: str = "") -> Question:
    """Start a draft. Raises InvalidInput with its fields, or QuestionKeyTaken. Without a key one is made."""
    with transaction.atomic():
        topic, clauses = _resolve(content)
        key = key or f"soan-{now:%y%m%d}-{secrets.token_hex(3)}"
        question, is_new = Question.objects.get_or_create(key=key)
        if not is_new:
            raise QuestionKeyTaken
        add_version(
            question=question, content=content, topic=topic, clauses=clauses, origin=Origin.DESK, author_id=person.pk
        )
    return question


def edit_question(*, uuid: UUID, content: Content, person: Person, etag: str) -> Question:
    """Replace the draft's content, or add a version after one that is fixed or came from the files.

    Raises NotFound, PreconditionFailed where `etag` is not the newest, QuestionState while in review, InvalidInput.
    """
    with transaction.atomic():
        question, version = lock_current(uuid)
        if etag != etag_of(question, version):
            raise PreconditionFailed
        check_can_edit(state=version.state)
        topic, clauses = _resolve(content)
        if is_fixed(version) or version.origin == Origin.BANK:
            # The files' own version stays as it was: the next sync compares with it.
            add_version(
                question=question,
                content=content,
                topic=topic,
                clauses=clauses,
                origin=Origin.DESK,
                author_id=person.pk,
            )
        else:
            rewrite_version(question=question, version=version, content=content, topic=topic, clauses=clauses)
            version.editors.add(person)
    return question


def _resolve(content: Content) -> tuple[Topic, Clauses]:
    """Return the rows that the content names. Raises InvalidInput with one sentence a field."""
    fields: dict[str, str] = {}
    for problem in [*text_problems(content), *kind_problems(content)]:
        fields.setdefault(problem.field, problem.sentence)
    topic = Topic.objects.filter(key=content.topic).first()
    if topic is None:
        fields["topic"] = "Không có chủ đề này."
    clauses = newest_clauses(cited.document for cited in content.citations)
    for number, cited in enumerate(content.citations, start=1):
        if (cited.document, cited.path) not in clauses:
            fields[f"citations.{number}"] = "Văn bản không có mục này."
    if not set(content.key) <= set(range(1, len(content.options) + 1)):
        fields.setdefault("key_options", "Đáp án không nằm trong các phương án.")
    if fields or topic is None:
        raise InvalidInput(fields=fields)
    return topic, clauses
