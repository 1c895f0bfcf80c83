"""Shapes of the standings' answers."""

from rest_framework import serializers

from backend.contests.shapes import PredictionOutput
from backend.core.scoring import POINTS_PER_ITEM
from backend.units.shapes import UnitOutput

POINTS_HELP = f"In {POINTS_PER_ITEM}ths of one right item; null where right answers tell the score."


class CountsOutput(serializers.Serializer[object]):
    people = serializers.IntegerField()
    entries = serializers.IntegerField()
    all_correct = serializers.IntegerField(allow_null=True, help_text="Null until the rules let results be seen.")


class LineOutput(serializers.Serializer[object]):
    rank = serializers.IntegerField()
    tied = serializers.BooleanField()
    name = serializers.CharField(help_text="Masked: initials and given name.")
    unit_name = serializers.CharField()
    correct_count = serializers.IntegerField()
    points = serializers.IntegerField(allow_null=True, help_text=POINTS_HELP)
    item_count = serializers.IntegerField()
    used_ms = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    prediction = serializers.IntegerField(allow_null=True, help_text="Others' stay null until the round is final.")
    is_me = serializers.BooleanField()


class EditionOutput(serializers.Serializer[object]):
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class BoardCorrectionOutput(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    question_count = serializers.IntegerField()
    has_marks = serializers.BooleanField(help_text="Marks of essays entered.")


class StandingsOutput(serializers.Serializer[object]):
    topic = serializers.CharField()
    epoch = serializers.CharField()
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    frozen = serializers.BooleanField(help_text="These lines, ranks and totals stand still since `frozen_at`.")
    frozen_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when the public sees a frozen board, whatever board this is."
    )
    provisional = serializers.BooleanField(help_text="The round is not over: predictions do not decide yet.")
    final = serializers.BooleanField(help_text="The organizers have published the board of this round as final.")
    edition = serializers.IntegerField(allow_null=True, help_text="Which published edition this is; null before one.")
    editions = EditionOutput(many=True, help_text="The published editions, newest first.")
    result_shown_at = serializers.DateTimeField(
        allow_null=True, help_text="Until then nobody is listed; null after it."
    )
    ranking = serializers.ListField(child=serializers.CharField(), help_text="The rulebook's comparisons, in order.")
    prediction_asked = PredictionOutput(allow_null=True)
    unit = UnitOutput(allow_null=True)
    corrected = BoardCorrectionOutput(
        allow_null=True, help_text="Since when the board stands by corrected keys; null where none were corrected."
    )
    totals = CountsOutput()
    results = LineOutput(many=True)
    mine = LineOutput(allow_null=True)
    next = serializers.CharField(allow_null=True)


class PrizeStakeOutput(serializers.Serializer[object]):
    prizes = serializers.ListField(
        child=serializers.CharField(), help_text="The prize received; where undecided all that may be received."
    )
    is_undecided = serializers.BooleanField(
        help_text="More people are tied than there are prizes, or over several: the organizers draw lots."
    )
    may_be_none = serializers.BooleanField(help_text="Of those tied some receive nothing.")
    tied = serializers.IntegerField(help_text="How many people share the rank, the person among them.")


class RankOutput(serializers.Serializer[object]):
    rank = serializers.IntegerField()
    of = serializers.IntegerField()


class UnitRankOutput(RankOutput):
    unit = UnitOutput()


class RanksOutput(serializers.Serializer[object]):
    round = RankOutput(allow_null=True)
    territory = UnitRankOutput(allow_null=True)
    workplace = UnitRankOutput(allow_null=True)


class ReviewedOptionOutput(serializers.Serializer[object]):
    option = serializers.IntegerField()
    text = serializers.CharField()
    is_key = serializers.BooleanField()
    is_chosen = serializers.BooleanField()


class ReviewedCitationOutput(serializers.Serializer[object]):
    document_number = serializers.CharField()
    clause_label = serializers.CharField()
    clause_heading = serializers.CharField()
    summary = serializers.CharField()
    quote = serializers.CharField()


class ReviewedItemOutput(serializers.Serializer[object]):
    item = serializers.IntegerField()
    kind = serializers.CharField()
    stem = serializers.CharField()
    options = ReviewedOptionOutput(many=True)
    text = serializers.CharField(
        allow_null=True, allow_blank=True, help_text="What was written; null where options are chosen."
    )
    accepted = serializers.ListField(
        child=serializers.CharField(), help_text="The right texts; empty where options are chosen, and of an essay."
    )
    is_correct = serializers.BooleanField(allow_null=True, help_text="Null of an essay, which people mark.")
    points = serializers.IntegerField(
        allow_null=True, help_text=f"What an essay brought, in {POINTS_PER_ITEM}ths of a point; null until it counts."
    )
    explanation = serializers.CharField()
    citations = ReviewedCitationOutput(many=True)


class VoidedOutput(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class CorrectionOutput(serializers.Serializer[object]):
    item = serializers.IntegerField(allow_null=True, help_text="Null until the keys are released.")
    at = serializers.DateTimeField()


class EssayResultOutput(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=["waiting", "entered"])
    points = serializers.IntegerField(
        allow_null=True, help_text=f"What has entered; {POINTS_HELP[0].lower()}{POINTS_HELP[1:]}"
    )
    most = serializers.IntegerField(help_text="Of all essays of the paper together.")


class ResultOutput(serializers.Serializer[object]):
    attempt = serializers.UUIDField()
    round = serializers.UUIDField()
    contest = serializers.CharField()
    state = serializers.ChoiceField(choices=["submitted", "expired"])
    result_shown_at = serializers.DateTimeField(
        allow_null=True, help_text="Until then no score is told; null after it."
    )
    correct_count = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True, help_text=POINTS_HELP)
    essay = EssayResultOutput(allow_null=True, help_text="Null where the rules ask for no essay.")
    item_count = serializers.IntegerField()
    used_ms = serializers.IntegerField()
    prediction = serializers.IntegerField(allow_null=True)
    prediction_asked = PredictionOutput(allow_null=True)
    submitted_at = serializers.DateTimeField()
    receipt = serializers.CharField(allow_null=True)
    epoch = serializers.CharField()
    ranks = RanksOutput()
    provisional = serializers.BooleanField()
    final = serializers.BooleanField(help_text="The organizers have published the board of this round as final.")
    frozen_at = serializers.DateTimeField(allow_null=True, help_text="Ranks are those of this instant, while set.")
    voided = VoidedOutput(allow_null=True, help_text="Set where the attempt counts no longer.")
    final_at = serializers.DateTimeField()
    keys_released = serializers.BooleanField()
    keys_release_at = serializers.DateTimeField(allow_null=True, help_text="Null where the rules never show the keys.")
    corrections = CorrectionOutput(many=True, help_text="Keys of this paper corrected after it was handed in.")
    items = ReviewedItemOutput(many=True, allow_null=True)
