"""Shapes of a contest's questions and of what people chose at them."""

from rest_framework import serializers

from backend.questions.enums import QuestionKind
from backend.results.wordings import FEWEST_PEOPLE, WORDINGS_SHOWN
from backend.standings.rest.outputs import ReviewedCitationOutput
from backend.standings.rest.regrade_outputs import RegradeOptionOutput


class AskedInRoundOutput(serializers.Serializer[object]):
    round = serializers.IntegerField(help_text="The round's number.")
    place = serializers.IntegerField(allow_null=True, help_text="On everybody's paper; null where papers are drawn.")


class ContestQuestionOutput(serializers.Serializer[object]):
    question = serializers.UUIDField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    stem = serializers.CharField()
    options = RegradeOptionOutput(many=True)
    keys = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="The sets of options that count as right now; empty where the question was dropped.",
    )
    texts = serializers.ListField(
        child=serializers.CharField(),
        help_text="Of a question answered in words: the right ones now; empty where it was dropped.",
    )
    rounds = AskedInRoundOutput(many=True)
    explanation = serializers.CharField()
    citations = ReviewedCitationOutput(many=True)


class ContestQuestionListOutput(serializers.Serializer[object]):
    results = ContestQuestionOutput(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class ChosenOptionOutput(serializers.Serializer[object]):
    option = serializers.IntegerField()
    count = serializers.IntegerField()
    elsewhere = serializers.FloatField(
        allow_null=True, help_text="How large a part of their other questions these people got right, 0 to 1."
    )


class ChosenSetOutput(serializers.Serializer[object]):
    options = serializers.ListField(child=serializers.IntegerField())
    count = serializers.IntegerField()


class WrittenTextOutput(serializers.Serializer[object]):
    text = serializers.CharField()
    count = serializers.IntegerField()
    is_accepted = serializers.BooleanField()
    elsewhere = serializers.FloatField(
        allow_null=True, help_text="How large a part of their other questions these people got right, 0 to 1."
    )


class ChoicesOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField()
    entries = serializers.IntegerField(help_text="Ended attempts of the contest.")
    read = serializers.IntegerField(help_text="Those that were read: all, or a fair sample.")
    held = serializers.IntegerField(help_text="Those read whose paper holds the question.")
    open = serializers.IntegerField(help_text="Those that left it unanswered.")
    right = serializers.IntegerField(help_text="Those that are right by the keys in force.")
    options = ChosenOptionOutput(many=True)
    sets = ChosenSetOutput(many=True, help_text="What was chosen together, most frequent first, eight at most.")
    texts = WrittenTextOutput(
        many=True,
        help_text=f"What was written, most frequent first, {WORDINGS_SHOWN} at most; spellings are summed up.",
    )
    other_texts = serializers.IntegerField(
        help_text=f"Those who wrote something else, or what fewer than {FEWEST_PEOPLE} people wrote."
    )


class QuestionChoicesOutput(ContestQuestionOutput):
    choices = ChoicesOutput()
