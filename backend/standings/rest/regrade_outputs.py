"""Shapes of the incident room's answers."""

from rest_framework import serializers

from backend.results.enums import KEY_CHANGES, Move, RegradeState
from backend.standings.rest.outputs import POINTS_HELP, PrizeStakeOutput
from backend.units.shapes import UnitOutput


class RegradeOptionOutput(serializers.Serializer[object]):
    option = serializers.IntegerField()
    text = serializers.CharField()


class RegradeChangeOutput(serializers.Serializer[object]):
    question = serializers.UUIDField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    stem = serializers.CharField()
    options = RegradeOptionOutput(many=True)
    kind = serializers.ChoiceField(choices=KEY_CHANGES)
    old_keys = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    new_keys = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    old_texts = serializers.ListField(
        child=serializers.CharField(), help_text="Of a question answered in words, which has no keys and no options."
    )
    new_texts = serializers.ListField(child=serializers.CharField())


class RegradeStepOutput(serializers.Serializer[object]):
    move = serializers.ChoiceField(choices=Move.choices)
    actor = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class RegradeProgressOutput(serializers.Serializer[object]):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class RegradeCanOutput(serializers.Serializer[object]):
    compute = serializers.BooleanField()
    approve = serializers.BooleanField()
    apply = serializers.BooleanField()
    cancel = serializers.BooleanField()


class RegradeLineOutput(serializers.Serializer[object]):
    uuid = serializers.UUIDField()
    contest = serializers.CharField()
    state = serializers.ChoiceField(choices=RegradeState.choices)
    reason = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    approver = serializers.CharField(allow_null=True)
    base_key_version = serializers.IntegerField()
    target_key_version = serializers.IntegerField()
    progress = RegradeProgressOutput()
    changes = RegradeChangeOutput(many=True)
    entered_essays = serializers.IntegerField(
        allow_null=True, help_text="Of how many essays marks enter with the set; null where it is about keys alone."
    )
    steps = RegradeStepOutput(many=True)
    approvers = serializers.ListField(
        child=serializers.CharField(), help_text="Who may approve, by name: every organizer but the author."
    )
    can = RegradeCanOutput()


class RegradeListOutput(serializers.Serializer[object]):
    key_version = serializers.IntegerField(help_text="The version of the keys in force.")
    results = RegradeLineOutput(many=True)


class BeforeAfterOutput(serializers.Serializer[object]):
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class RankMoveOutput(serializers.Serializer[object]):
    name = serializers.CharField()
    unit_name = serializers.CharField()
    rank_before = serializers.IntegerField(allow_null=True)
    rank_after = serializers.IntegerField(allow_null=True)
    correct_before = serializers.IntegerField(allow_null=True)
    correct_after = serializers.IntegerField(allow_null=True)
    points_before = serializers.IntegerField(allow_null=True, help_text=POINTS_HELP)
    points_after = serializers.IntegerField(allow_null=True, help_text=POINTS_HELP)
    prize_before = PrizeStakeOutput(allow_null=True)
    prize_after = PrizeStakeOutput(allow_null=True)


class RoundMovesOutput(serializers.Serializer[object]):
    round = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    final = serializers.BooleanField()
    people = serializers.IntegerField()
    risen = serializers.IntegerField()
    fallen = serializers.IntegerField()
    rescored = serializers.IntegerField(help_text="People whose counted line has another score.")
    all_correct = BeforeAfterOutput()
    moves = RankMoveOutput(many=True)
    prizes = RankMoveOutput(many=True, help_text="The first of those whose prize changes, by their new rank.")
    prize_moves = serializers.IntegerField(help_text="How many people's prize changes.")


class UnitMoveOutput(BeforeAfterOutput):
    unit = UnitOutput()


class MarkerOutput(serializers.Serializer[object]):
    name = serializers.CharField()
    count = serializers.IntegerField()


class EssaysLeftOutput(serializers.Serializer[object]):
    written = serializers.IntegerField(help_text="Essays in which something was written, of the rounds that were over.")
    marked = serializers.IntegerField(help_text="Those whose marks enter with the set or had entered before.")
    unmarked = serializers.IntegerField(help_text="Without all the marks the rules ask for: worth nothing in this set.")
    markers = MarkerOutput(many=True, help_text="Who gave the marks that enter with the set, and how many.")


class RegradePreviewOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField()
    # A regrade takes nobody in or out: where these two differ, something is wrong with the set.
    people = BeforeAfterOutput()
    entries = BeforeAfterOutput()
    essays = EssaysLeftOutput(
        allow_null=True, help_text="Where marks enter: how many had theirs when the set was proposed."
    )
    all_correct = BeforeAfterOutput()
    person_prizes = serializers.ListField(
        child=serializers.CharField(), help_text="The persons' prizes that the rulebook names; often none."
    )
    # They stand by who took part, which a regrade never touches: no before and after.
    unit_prizes = serializers.ListField(
        child=serializers.CharField(), help_text="The units' prizes that the rulebook names: the set changes none."
    )
    rounds = RoundMovesOutput(many=True)
    units = UnitMoveOutput(many=True, help_text="Units whose number of all-correct people changes.")


class RegradeOutput(RegradeLineOutput):
    preview = RegradePreviewOutput(allow_null=True)
