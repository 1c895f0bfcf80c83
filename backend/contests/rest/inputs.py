"""What the contests addresses take."""

from rest_framework import serializers

from backend.core.rules.registry import TEAMS
from backend.infra.inputs import StrictInput

# Measured on one core: a tenth of a second for twenty questions an attempt, half a second for two hundred. Ten thousand
# sittings would hold a server's one core for seconds; the command `preview_rules` plays those.
MOST_SITTINGS = 1000


class PreviewInput(StrictInput):
    count = serializers.IntegerField(required=False, default=60, min_value=1, max_value=MOST_SITTINGS)
    seed = serializers.IntegerField(
        required=False, default=1, min_value=0, max_value=2**31 - 1, help_text="The same seed gives the same sample."
    )


class TeamMemberInput(StrictInput):
    team = serializers.ChoiceField(choices=list(TEAMS))
    email = serializers.EmailField(max_length=254)
