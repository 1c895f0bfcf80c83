"""What clients send: shapes only; whether it fits the paper is the service's to say."""

from typing import Any

from rest_framework import serializers

from backend.attempts.enums import FlagKind
from backend.core.rules.registry import PREDICTIONS
from backend.infra.inputs import StrictInput

_SEQ_MAX = 2**31 - 1  # the column's type
_PLACE_MAX = 32_767
PREDICTION_MAX = max(one.most for one in PREDICTIONS.values())  # what the contest asks is the service's to know
JOURNAL_MAX = 200  # a paper of thirty, changed over and over on a train


class WholeNumberField(serializers.IntegerField):
    """An integer and nothing that only looks like one: no "12", no 12.0, no true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class AnswerInput(serializers.Serializer[Any]):
    item = WholeNumberField(min_value=1, max_value=_PLACE_MAX)
    choice = serializers.ListField(child=WholeNumberField(min_value=1, max_value=_PLACE_MAX), max_length=26)
    seq = WholeNumberField(min_value=1, max_value=_SEQ_MAX)


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
