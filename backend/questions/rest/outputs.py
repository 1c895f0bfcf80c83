"""What the staff's question addresses answer."""

from typing import Any

from rest_framework import serializers

from backend.accounts.models import Person
from backend.questions.enums import Decision, QuestionKind, VersionState
from backend.questions.models import Question, Topic
from backend.questions.queries import desk
from backend.questions.queries.versions import etag_of, used_version_ids


class QuestionLineOutput(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField()
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    stem = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    topic = serializers.CharField()
    difficulty = serializers.IntegerField()
    document_number = serializers.CharField()
    clause_label = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    owner_name = serializers.CharField(allow_null=True)


class QuestionCountsOutput(serializers.Serializer[dict[str, Any]]):
    by_state = serializers.DictField(child=serializers.IntegerField())


class QuestionListOutput(serializers.Serializer[dict[str, Any]]):
    results = QuestionLineOutput(many=True)
    next = serializers.CharField(allow_null=True)
    counts = QuestionCountsOutput()
    total = serializers.IntegerField()


class QuestionOptionOutput(serializers.Serializer[dict[str, Any]]):
    option = serializers.IntegerField()
    text = serializers.CharField()


class QuestionCitationOutput(serializers.Serializer[dict[str, Any]]):
    document = serializers.CharField()
    clause_path = serializers.CharField()
    clause_label = serializers.CharField()
    quote = serializers.CharField()


class QuestionAuthorOutput(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField()
    name = serializers.CharField()


class QuestionReviewOutput(serializers.Serializer[dict[str, Any]]):
    reviewer = serializers.CharField(allow_null=True)
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class QuestionVersionOutput(serializers.Serializer[dict[str, Any]]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    author_name = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class QuestionOutput(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.UUIDField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    etag = serializers.CharField()
    stem = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    options = QuestionOptionOutput(many=True)
    key_options = serializers.ListField(child=serializers.IntegerField())
    accepted = serializers.ListField(child=serializers.CharField())
    explanation = serializers.CharField()
    topic = serializers.CharField()
    difficulty = serializers.IntegerField()
    valid_as_of = serializers.DateField(allow_null=True)
    citations = QuestionCitationOutput(many=True)
    author = QuestionAuthorOutput(allow_null=True)
    reviews = QuestionReviewOutput(many=True)
    versions = QuestionVersionOutput(many=True)
    used = serializers.BooleanField()


class TopicOutput(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    name_vi = serializers.CharField()
    name_en = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())


class TopicListOutput(serializers.Serializer[dict[str, Any]]):
    results = TopicOutput(many=True)


def question_list(page: desk.QuestionPage) -> dict[str, Any]:
    results = [_question_line(question) for question in page.questions]
    return {"results": results, "next": page.next, "counts": {"by_state": page.by_state}, "total": page.total}


def question_detail(question: Question) -> dict[str, Any]:
    """Shape a question with its history; the number of queries is fixed."""
    version = question.current
    assert version is not None
    return {
        "uuid": question.uuid,
        "key": question.key,
        "version": version.number,
        "state": version.state,
        "etag": etag_of(question, version),
        "stem": version.stem,
        "kind": version.kind,
        "options": [{"option": number, "text": text} for number, text in enumerate(version.options, start=1)],
        "key_options": list(version.key),
        "accepted": list(version.accepted),
        "explanation": version.explanation,
        "topic": version.topic.key,
        "difficulty": version.difficulty,
        "valid_as_of": version.valid_as_of,
        "citations": [
            {
                "document": citation.clause.version.document.key,
                "clause_path": citation.clause.path,
                "clause_label": citation.clause.label,
                "quote": citation.quote,
            }
            for citation in version.citations.all()
        ],
        "author": {"uuid": version.author.uuid, "name": _name(version.author)} if version.author else None,
        "reviews": [
            {
                "reviewer": _name(review.reviewer),
                "decision": review.decision,
                "reason": review.reason,
                "at": review.at,
            }
            for review in desk.list_reviews(question)
        ],
        "versions": [
            {
                "number": one.number,
                "state": one.state,
                "author_name": _name(one.author),
                "created_at": one.created_at,
            }
            for one in desk.list_versions(question)
        ],
        "used": bool(used_version_ids([version.pk])),
    }


def topic_list() -> dict[str, Any]:
    return {"results": [_topic(topic) for topic in desk.list_topics()]}


def _topic(topic: Topic) -> dict[str, Any]:
    counts = {str(difficulty): getattr(topic, f"count_{difficulty}") for difficulty in (1, 2, 3)}
    return {"key": topic.key, "name_vi": topic.name_vi, "name_en": topic.name_en, "counts": counts}


def _question_line(question: Question) -> dict[str, Any]:
    version = question.current
    assert version is not None
    citations = list(version.citations.all())
    return {
        "uuid": question.uuid,
        "key": question.key,
        "state": version.state,
        "stem": version.stem,
        "kind": version.kind,
        "topic": version.topic.key,
        "difficulty": version.difficulty,
        "document_number": question.document.number if question.document else "",
        "clause_label": citations[0].clause.label if citations else "",
        "version": version.number,
        "updated_at": version.updated_at,
        "owner_name": _name(version.author),
    }


def _name(person: Person | None) -> str | None:
    """Return the name staff know each other by; never an e-mail address."""
    profile = getattr(person, "profile", None)
    return profile.display_name if profile is not None else None
