"""The line of each person in each round: the one attempt that counts."""

from django.conf import settings
from django.db import models
from django.db.models import F

from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.results.models import Result
from backend.units.models import Unit

# Best first, as the usual rulebook ranks while a round runs; negated so that one ascending index serves.
_ORDER = (F("correct_count") * -1, F("submitted_at"), F("attempt"))


class Standing(models.Model):
    """The counted result of one person in one round under one version of the keys: which one, the rulebook says.

    Derived from `results`: `rebuild_standings` proves it and can write it anew.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    key_version = models.PositiveIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    correct_count = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField(null=True, blank=True)
    item_count = models.PositiveSmallIntegerField()
    used_ms = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    prediction = models.PositiveIntegerField(null=True, blank=True)
    territory = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    workplace = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["round", "key_version", "person"], name="standing_once_per_round"),
        )
        indexes = (
            models.Index(F("round"), F("key_version"), *_ORDER, name="standings_in_order"),
            models.Index(F("territory"), F("round"), F("key_version"), *_ORDER, name="standings_of_a_ward"),
            models.Index(F("workplace"), F("round"), F("key_version"), *_ORDER, name="standings_of_a_workplace"),
        )
