"""Who took part, what is still to be counted, and the counts."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from backend.contests.models import Contest, Round
from backend.participation.enums import CountedFacet
from backend.results.models import Result
from backend.units.models import Unit


class Participant(models.Model):
    """One person in one round under one version of the keys. Units are those of the first entry.

    The unique row, never a sum, is what makes a person count once.
    """

    pk = models.CompositePrimaryKey("round_id", "key_version", "person_id")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    key_version = models.PositiveIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    first_result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    is_all_correct = models.BooleanField(default=False)
    territory = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    workplace = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class ContestParticipant(models.Model):
    """One person in one contest under one version of the keys. Units are those of the first entry."""

    pk = models.CompositePrimaryKey("contest_id", "key_version", "person_id")
    contest = models.ForeignKey(
        Contest, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key_version = models.PositiveIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    first_result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    is_all_correct = models.BooleanField(default=False)
    territory = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    workplace = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class StatEvent(models.Model):
    """What one fact adds to the counts. Written with the fact, gone once folded into `Counter`.

    References carry no database constraint: rows live for seconds and their targets are never deleted.
    """

    contest = models.ForeignKey(
        Contest, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    round = models.ForeignKey(Round, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    key_version = models.PositiveIntegerField()
    territory = models.ForeignKey(
        Unit, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(
        Unit, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    workplace = models.ForeignKey(
        Unit, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    hour = models.DateTimeField()
    entries = models.SmallIntegerField(db_default=0)
    people = models.SmallIntegerField(db_default=0)
    all_correct = models.SmallIntegerField(db_default=0)
    contest_people = models.SmallIntegerField(db_default=0)
    contest_all_correct = models.SmallIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())


class Counter(models.Model):
    """The three counts of one unit in one hour. `round` None is the whole contest, `unit` None "not told"."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="+")
    key_version = models.PositiveIntegerField()
    facet = models.CharField(max_length=10, choices=CountedFacet.choices)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    entries = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0)
    all_correct = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contest", "round", "key_version", "facet", "unit", "hour"],
                nulls_distinct=False,
                name="counter_once_per_cell",
            ),
        )


class RecountAlarm(models.Model):
    """A recount that found the counts wrong. Kept until people have looked."""

    found_at = models.DateTimeField()
    report = models.JSONField()
