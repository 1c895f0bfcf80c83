"""Shapes of the marking desk's answers. No field of an author has a place here."""

from rest_framework import serializers

from backend.standings.rest.outputs import ReviewedCitationOutput

_UNITS = "In the units of `most`: 840 are one right question."


class MarkedContestOutput(serializers.Serializer[object]):
    key = serializers.CharField()
    title = serializers.CharField()


class MarkedContestListOutput(serializers.Serializer[object]):
    results = MarkedContestOutput(many=True)


class EssayRuleOutput(serializers.Serializer[object]):
    count = serializers.IntegerField(help_text="Essays on every paper.")
    most = serializers.IntegerField(help_text=f"The most one essay brings. {_UNITS}")
    step = serializers.IntegerField(help_text=f"Marks are multiples of it. {_UNITS}")
    markers = serializers.IntegerField(help_text="How many people mark each essay apart.")


class EssayCountsOutput(serializers.Serializer[object]):
    essays = serializers.IntegerField()
    empty = serializers.IntegerField(help_text="Nothing was written: worth nothing, without a mark.")
    unmarked = serializers.IntegerField()
    second = serializers.IntegerField(help_text="Wait for a second person's mark.")
    third = serializers.IntegerField(help_text="Two people marked far apart: wait for a third.")
    marked = serializers.IntegerField()
    entering = serializers.IntegerField(help_text="Have new marks that would enter with a set proposed now.")


class MarkingRoundOutput(serializers.Serializer[object]):
    round = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    closes_at = serializers.DateTimeField()
    counts = EssayCountsOutput(allow_null=True, help_text="Null until the round has closed.")


class RecentMarkOutput(serializers.Serializer[object]):
    sheet = serializers.UUIDField()
    points = serializers.IntegerField()
    at = serializers.DateTimeField()
    is_entered = serializers.BooleanField(help_text="A set holds it: another mark waits for the next set.")


class MarkingOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField(help_text="When the essays were counted: many of them are counted seldom.")
    rule = EssayRuleOutput()
    rounds = MarkingRoundOutput(many=True)
    regrade = serializers.UUIDField(allow_null=True, help_text="The contest's set of changes that is not done yet.")
    recent = RecentMarkOutput(many=True, help_text="The caller's own last marks, newest first.")


class OwnMarkOutput(serializers.Serializer[object]):
    points = serializers.IntegerField()
    remark = serializers.CharField()
    is_entered = serializers.BooleanField()


class EssaySheetOutput(serializers.Serializer[object]):
    sheet = serializers.UUIDField(help_text="Names the essay and nothing of its author.")
    stem = serializers.CharField()
    guide = serializers.CharField(help_text="How to mark: the explanation of the question.")
    citations = ReviewedCitationOutput(many=True)
    text = serializers.CharField()
    most = serializers.IntegerField()
    step = serializers.IntegerField()
    is_deciding = serializers.BooleanField(help_text="Two others marked far apart: this person's mark decides.")
    mine = OwnMarkOutput(allow_null=True)


class NextSheetOutput(serializers.Serializer[object]):
    sheet = EssaySheetOutput(allow_null=True)
    others_have_the_rest = serializers.BooleanField(help_text="What is left is in others' hands for some minutes.")
