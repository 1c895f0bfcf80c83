"""What clients get, for the OpenAPI document and for the responses themselves."""

from typing import Any

from rest_framework import serializers

from backend.attempts.enums import AttemptState, FlagKind
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
    max_length = serializers.IntegerField(
        required=False,
        help_text="Where words are wanted: how many characters they may have. There are no options then.",
    )


class SavedOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    seq = serializers.IntegerField()


class SavedAnswerOutput(SavedOutput):
    choice = serializers.ListField(child=serializers.IntegerField(), required=False)
    text = serializers.CharField(required=False, help_text="In the place of `choice` where words are wanted.")


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
    saved = SavedAnswerOutput(many=True)
    receipt = serializers.CharField(allow_null=True)


class WaitingOutput(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=["waiting"])
    place = serializers.IntegerField(help_text="In the line, from 1.")
    ahead = serializers.IntegerField(help_text="How many come before.")
    retry_ms = serializers.IntegerField(help_text="Ask again after this time, a little later rather than earlier.")
    ticket = serializers.CharField(help_text="Send it back as `X-Waiting-Ticket`: it keeps the place, for you alone.")


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


class FlagOutput(serializers.Serializer[Any]):
    """No name: what stands here is a reason to look, not a finding about a person."""

    attempt = serializers.UUIDField(source="attempt.uuid")
    number = serializers.IntegerField(source="attempt.number")
    state = serializers.ChoiceField(choices=AttemptState.choices, source="attempt.state")
    unit_name = serializers.CharField(source="attempt.territory.name", allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=FlagKind.choices)
    kind_name = serializers.CharField(source="get_kind_display")
    times = serializers.IntegerField(help_text="How often; a little more after a lost connection.")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    detail = serializers.DictField(help_text="What was seen first.")


class FlagCountsOutput(serializers.Serializer[Any]):
    haste = serializers.IntegerField()
    seq_conflict = serializers.IntegerField()


class FlagListOutput(serializers.Serializer[Any]):
    flags = FlagOutput(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="Hand it in as `after` for the next page.")
    counts = FlagCountsOutput(help_text="Of the whole round, whichever kind is asked for.")


class SharedAttemptOutput(serializers.Serializer[Any]):
    attempt = serializers.UUIDField(source="uuid")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    started_at = serializers.DateTimeField()


class SharingPersonOutput(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Masked, as on public boards.")
    unit_name = serializers.CharField(allow_null=True)
    attempts = SharedAttemptOutput(many=True, help_text="Of this round, on whichever device.")


class SharedDeviceOutput(serializers.Serializer[Any]):
    device = serializers.IntegerField(help_text="A number within this answer; nothing of the device itself.")
    people_count = serializers.IntegerField()
    people = SharingPersonOutput(many=True, help_text="The first twenty.")


class SharedDevicesOutput(serializers.Serializer[Any]):
    accounts_max = serializers.IntegerField(help_text="More accounts than this on one device are listed.")
    total = serializers.IntegerField(help_text="How many such devices there are; at most fifty are listed.")
    devices = SharedDeviceOutput(many=True)
