"""Shapes of the voidings' answers."""

from rest_framework import serializers

from backend.attempts.enums import AttemptState
from backend.results.enums import VoidingMove, VoidingState
from backend.standings.rest.outputs import PrizeStakeOutput


class MaskedPersonOutput(serializers.Serializer[object]):
    name = serializers.CharField(help_text="Masked: initials and given name.")
    unit_name = serializers.CharField()


class AttemptScoreOutput(serializers.Serializer[object]):
    correct_count = serializers.IntegerField()
    item_count = serializers.IntegerField()


class VoidableAttemptOutput(AttemptScoreOutput):
    uuid = serializers.UUIDField()
    round_title = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(
        choices=[(one.value, one.label) for one in (AttemptState.SUBMITTED, AttemptState.EXPIRED)]
    )
    submitted_at = serializers.DateTimeField()
    used_ms = serializers.IntegerField()
    is_voided = serializers.BooleanField()
    voiding = serializers.UUIDField(allow_null=True, help_text="The voiding it is part of, pending or in force.")
    is_line = serializers.BooleanField(help_text="It is the person's line of the round's board.")
    next = AttemptScoreOutput(allow_null=True, help_text="What takes the line when this attempt alone is voided.")
    is_only = serializers.BooleanField(help_text="Without it the person leaves the round's counts.")


class FoundAttemptOutput(VoidableAttemptOutput):
    prize = PrizeStakeOutput(allow_null=True, help_text="What the person's line of the round may receive just now.")
    unit_prizes = serializers.ListField(
        child=serializers.CharField(),
        help_text="The units' prizes that would fall otherwise if the person left the round's counts.",
    )


class VoidingLookUpOutput(serializers.Serializer[object]):
    asked_for = serializers.UUIDField()
    person = MaskedPersonOutput()
    attempts = FoundAttemptOutput(many=True)


class VoidingStepOutput(serializers.Serializer[object]):
    move = serializers.ChoiceField(choices=VoidingMove.choices)
    actor = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class VoidingCanOutput(serializers.Serializer[object]):
    approve = serializers.BooleanField()
    withdraw = serializers.BooleanField()
    ask_back = serializers.BooleanField()
    reinstate = serializers.BooleanField()
    keep = serializers.BooleanField()


class VoidingOutput(serializers.Serializer[object]):
    uuid = serializers.UUIDField()
    state = serializers.ChoiceField(choices=VoidingState.choices)
    reason = serializers.CharField(help_text="Shown to the person.")
    author = serializers.CharField(allow_null=True)
    approver = serializers.CharField(allow_null=True)
    back_author = serializers.CharField(allow_null=True)
    back_approver = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)
    person = MaskedPersonOutput()
    attempts = VoidableAttemptOutput(many=True)
    steps = VoidingStepOutput(many=True)
    can = VoidingCanOutput()


class VoidingListOutput(serializers.Serializer[object]):
    results = VoidingOutput(many=True)
    next = serializers.UUIDField(allow_null=True)
