"""What clients send: shapes only; whether it fits the paper is the service's to say."""

from typing import Any

from rest_framework import serializers

from backend.attempts.enums import FlagKind
from backend.core.rules.registry import PREDICTIONS
from backend.infra.inputs import StrictInput

_SEQ_MAX = 2**31 - 1  # the column's type
_PLACE_MAX = 32_767
PREDICTION_MAX = max(one.most for one in PREDICTIONS.values())  # what the contest asks is the service's to know
_ONE_OF_BOTH = "Cần đúng một trong hai: choice hoặc text."
JOURNAL_MAX = 200  # a paper of thirty, changed over and over on a train


class WholeNumberField(serializers.IntegerField):
    """An integer and nothing that only looks like one: no "12", no 12.0, no true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class WrittenField(serializers.CharField):
    """A string as it was written, spaces included, and nothing that only can be made one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class AnswerInput(serializers.Serializer[Any]):
    """One answer: a `choice` where options stand, a `text` where words are wanted."""

    item = WholeNumberField(min_value=1, max_value=_PLACE_MAX)
    choice = serializers.ListField(
        child=WholeNumberField(min_value=1, max_value=_PLACE_MAX), max_length=26, required=False
    )
    text = WrittenField(required=False, help_text="In the place of `choice` where words are wanted.")
    seq = WholeNumberField(min_value=1, max_value=_SEQ_MAX)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("choice" in attrs) == ("text" in attrs):
            raise serializers.ValidationError({"text" if "text" in attrs else "choice": _ONE_OF_BOTH})
        return attrs


class AnswersInput(serializers.Serializer[Any]):
    answers = serializers.ListField(child=AnswerInput(), min_length=1, max_length=JOURNAL_MAX)


class SubmitInput(serializers.Serializer[Any]):
    prediction = WholeNumberField(
        min_value=0,
        max_value=PREDICTION_MAX,
        allow_null=True,
        default=None,
        help_text="In whole steps of the last decimal that the question asks for.",
    )


class FlagListInput(StrictInput):
    kind = serializers.ChoiceField(required=False, allow_null=True, default=None, choices=FlagKind.choices)
    after = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**63 - 1)
