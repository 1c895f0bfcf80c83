"""What the staff's question addresses take."""

import unicodedata
from typing import Any

from rest_framework import serializers

from backend.core.written import ACCEPTED_MAX, SHORT_TEXT_MAX
from backend.infra.inputs import StrictInput
from backend.questions import rules
from backend.questions.content import Cited, Content
from backend.questions.enums import QuestionKind, VersionState
from backend.questions.queries.desk import QuestionFilter


class PlainText(serializers.CharField):
    """Typed text, composed: some keyboards send accents apart. Never rendered as HTML, so nothing is escaped here."""

    def to_internal_value(self, data: Any) -> str:
        return unicodedata.normalize("NFC", super().to_internal_value(data))


class QuestionListInput(StrictInput):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    document = serializers.SlugField(required=False, max_length=60)
    topic = serializers.SlugField(required=False, max_length=40)
    difficulty = serializers.IntegerField(required=False, min_value=1, max_value=3)
    state = serializers.ChoiceField(required=False, choices=VersionState.choices)
    kind = serializers.ChoiceField(required=False, choices=QuestionKind.choices)
    after = serializers.CharField(required=False, max_length=40)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)


class OptionInput(StrictInput):
    option = serializers.IntegerField(min_value=1, max_value=rules.OPTIONS_MAX)
    text = PlainText(allow_blank=True, max_length=rules.OPTION_MAX)


class CitationInput(StrictInput):
    document = serializers.SlugField(max_length=60)
    clause_path = serializers.CharField(max_length=60)
    clause_label = serializers.CharField(required=False, allow_blank=True)  # read back by editors, and ignored
    quote = PlainText(required=False, default="", allow_blank=True, max_length=rules.QUOTE_MAX)


class QuestionInput(StrictInput):
    """A draft may lack its key, options, accepted texts and citations; review asks for those of its kind."""

    stem = PlainText(max_length=rules.STEM_MAX)
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    options = serializers.ListField(child=OptionInput(), required=False, default=list, max_length=rules.OPTIONS_MAX)
    key_options = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=rules.OPTIONS_MAX),
        required=False,
        default=list,
        max_length=rules.OPTIONS_MAX,
    )
    accepted = serializers.ListField(
        child=PlainText(allow_blank=True, max_length=SHORT_TEXT_MAX),
        required=False,
        default=list,
        max_length=ACCEPTED_MAX,
    )
    explanation = PlainText(required=False, default="", allow_blank=True, max_length=rules.EXPLANATION_MAX)
    topic = serializers.SlugField(max_length=40)
    difficulty = serializers.IntegerField(min_value=1, max_value=3)
    valid_as_of = serializers.DateField(required=False, default=None, allow_null=True)
    citations = serializers.ListField(
        child=CitationInput(), required=False, default=list, max_length=rules.CITATIONS_MAX
    )

    def validate_options(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if sorted(one["option"] for one in given) != list(range(1, len(given) + 1)):
            raise serializers.ValidationError("Số thứ tự phương án phải liền nhau từ 1, mỗi số một lần.")
        return given


class NewQuestionInput(QuestionInput):
    key = serializers.SlugField(required=False, default="", allow_blank=True, max_length=60)


class ReturnInput(StrictInput):
    reason = PlainText(max_length=1000)


def content_from(given: dict[str, Any]) -> Content:
    """Turn valid input into content, options by number and the key in order."""
    return Content(
        topic=given["topic"],
        difficulty=given["difficulty"],
        kind=given["kind"],
        stem=given["stem"],
        options=tuple(one["text"] for one in sorted(given["options"], key=lambda one: int(one["option"]))),
        key=tuple(sorted(set(given["key_options"]))),
        explanation=given["explanation"],
        valid_as_of=given["valid_as_of"],
        citations=tuple(Cited(one["document"], one["clause_path"], one["quote"]) for one in given["citations"]),
        accepted=tuple(given["accepted"]),
    )


def filter_from(asked: dict[str, Any]) -> QuestionFilter:
    """Turn valid filters into the query's."""
    return QuestionFilter(
        q=asked["q"],
        document=asked.get("document"),
        topic=asked.get("topic"),
        difficulty=asked.get("difficulty"),
        kind=asked.get("kind"),
        state=asked.get("state"),
    )
