"""What clients get, for the OpenAPI document and for the responses themselves."""

from typing import Any

from rest_framework import serializers

from backend.attempts.enums import AttemptState
from backend.contests.shapes import PredictionOutput
from backend.questions.enums import QuestionKind


class OptionOutput(serializers.Serializer[Any]):
    option = serializers.IntegerField(help_text="Position in this attempt's own order, from 1.")
    text = serializers.CharField()


class ItemOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    stem = serializers.CharField()
    options = OptionOutput(many=True)


class SavedOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    seq = serializers.IntegerField()


class SavedChoiceOutput(SavedOutput):
    choice = serializers.ListField(child=serializers.IntegerField())


class AttemptOutput(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    round = serializers.UUIDField()
    contest = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    started_at = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField()
    server_time = serializers.DateTimeField()
    items = ItemOutput(many=True)
    prediction = PredictionOutput(allow_null=True)
    result_shown_at = serializers.DateTimeField(allow_null=True, help_text="Null where results may be seen already.")
    saved = SavedChoiceOutput(many=True)
    receipt = serializers.CharField(allow_null=True)


class RefusedOutput(SavedOutput):
    code = serializers.CharField()


class AnswersOutput(serializers.Serializer[Any]):
    saved = SavedOutput(many=True)
    refused = RefusedOutput(many=True)
    server_time = serializers.DateTimeField()


class SubmittedOutput(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=AttemptState.choices)
    submitted_at = serializers.DateTimeField()
    receipt = serializers.CharField()
    result_shown_at = serializers.DateTimeField(allow_null=True, help_text="Null where the result may be seen already.")
