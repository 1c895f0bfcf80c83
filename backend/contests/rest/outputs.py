"""What the contests addresses answer."""

from rest_framework import serializers

from backend.accounts.queries import get_profile
from backend.contests.models import TeamMember
from backend.contests.preview import NAMES_SHOWN, PLACINGS_SHOWN, Preview
from backend.core.rules.playing import Refusal
from backend.core.rules.registry import SPANS, TEAMS
from backend.core.text import mask_name


class SampleRefusalOutput(serializers.Serializer[object]):
    reason = serializers.ChoiceField(choices=[one.value for one in Refusal])
    span = serializers.ChoiceField(choices=list(SPANS), allow_null=True, help_text="Of the limit, where it was one.")
    count = serializers.IntegerField()


class SamplePlacingOutput(serializers.Serializer[object]):
    rank = serializers.IntegerField()
    is_tied = serializers.BooleanField()
    name = serializers.CharField()
    correct_count = serializers.IntegerField()
    points = serializers.IntegerField()
    used_ms = serializers.IntegerField()
    distance = serializers.IntegerField(
        allow_null=True, help_text="How far off the prediction is, in its last decimal."
    )


class SampleAwardOutput(serializers.Serializer[object]):
    prize = serializers.CharField()
    to = serializers.ListField(child=serializers.CharField(), max_length=NAMES_SHOWN)
    to_count = serializers.IntegerField()
    undecided = serializers.ListField(
        child=serializers.CharField(), max_length=NAMES_SHOWN, help_text="Tied over fewer prizes than they are."
    )
    undecided_count = serializers.IntegerField()


class SampleRoundOutput(serializers.Serializer[object]):
    number = serializers.IntegerField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    entries = serializers.IntegerField()
    people = serializers.IntegerField()
    all_correct = serializers.IntegerField()
    actual = serializers.IntegerField(allow_null=True, help_text="What had to be predicted, in its last decimal.")
    placings = SamplePlacingOutput(many=True, help_text=f"The first {PLACINGS_SHOWN}.")
    awards = SampleAwardOutput(many=True)


class PreviewOutput(serializers.Serializer[Preview]):
    """Describes invented people alone: nobody's name, nothing stored."""

    count = serializers.IntegerField()
    seed = serializers.IntegerField()
    refused = SampleRefusalOutput(many=True)
    rounds = SampleRoundOutput(many=True)
    not_played = serializers.ListField(child=serializers.CharField(), help_text="Prizes that a sample cannot give.")


class TeamOutput(serializers.Serializer[object]):
    team = serializers.ChoiceField(choices=list(TEAMS))
    name = serializers.CharField()


class TeamMemberOutput(serializers.Serializer[TeamMember]):
    """Describes somebody who is kept out. The address that was typed is never shown again."""

    uuid = serializers.UUIDField()
    team = serializers.ChoiceField(choices=list(TEAMS))
    name = serializers.CharField(help_text="Masked.")
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()


class TeamsOutput(serializers.Serializer[object]):
    teams = TeamOutput(many=True, help_text="Those that the rules keep out; none: nobody can be put down.")
    members = TeamMemberOutput(many=True)


def team_member_shape(one: TeamMember) -> dict[str, object]:
    """Return one line of the list as the contract shows it."""
    return {
        "uuid": one.uuid,
        "team": one.team,
        "name": mask_name(get_profile(one.person).display_name),
        "added_by": get_profile(one.added_by).display_name,
        "added_at": one.added_at,
    }
