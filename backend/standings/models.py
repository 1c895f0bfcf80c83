"""The line of each person in each round, boards kept as they stood, and what organizers do with boards."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.participation.enums import CountedFacet
from backend.results.models import Result
from backend.standings.enums import BoardMove, EditionKind, PlacesState, PublicationState
from backend.units.models import Unit

# Best first, as the usual rulebook ranks while a round runs; negated so that one ascending index serves. Where ranks of
# a whole round are counted the column itself stands beside, or the planner would fetch the lines.
_ORDER = (F("correct_count") * -1, F("submitted_at"), F("attempt"))


class Standing(models.Model):
    """The counted result of one person in one round under one version of the keys: which one, the rulebook says.

    Derived from `results`: `rebuild_standings` proves it and can write it anew.
    """

    # A regrade writes a million of these: no number of its own, and no index that is not read.
    pk = models.CompositePrimaryKey("round_id", "key_version", "person_id")
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
        indexes = (
            models.Index(
                F("round"), F("key_version"), *_ORDER, include=["correct_count"], name="standings_in_their_order"
            ),
            models.Index(
                F("territory"),
                F("round"),
                F("key_version"),
                *_ORDER,
                condition=Q(territory__isnull=False),
                name="standings_in_a_ward",
            ),
            models.Index(
                F("workplace"),
                F("round"),
                F("key_version"),
                *_ORDER,
                condition=Q(workplace__isnull=False),
                name="standings_in_a_workplace",
            ),
        )


class Edition(models.Model):
    """The boards of a round as they stood at one instant: what a freeze shows, and what was published.

    Wholly determined by the rows: the results of the round under `key_version` with an id up to `last_result_id`,
    without `voided_attempts`. `lines` and `counts` are filled from them by `ready_at`. `number` counts by kind from 1.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="editions", db_index=False)
    kind = models.CharField(max_length=6, choices=EditionKind.choices)
    number = models.PositiveIntegerField()
    key_version = models.PositiveIntegerField()
    last_result_id = models.BigIntegerField()
    voided_attempts = ArrayField(models.BigIntegerField(), default=list)
    is_final = models.BooleanField()
    cut_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["round", "kind", "number"], name="edition_once_per_number"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(kind=EditionKind.FREEZE, lifted_at=None), name="board_frozen_once"
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(ready_at=None, lifted_at=None), name="editions_to_be_filled"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of round {self.round_id}"


class EditionLine(models.Model):
    """A line as it stood. The columns that are read are named like those of `Standing`."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="lines", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+", db_index=False)
    correct_count = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField(null=True, blank=True)
    item_count = models.PositiveSmallIntegerField()
    used_ms = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    prediction = models.PositiveIntegerField(null=True, blank=True)
    territory = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    workplace = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["edition", "person"], name="edition_line_once_per_person"),)
        indexes = (
            models.Index(F("edition"), *_ORDER, include=["correct_count"], name="edition_in_its_order"),
            models.Index(F("territory"), F("edition"), *_ORDER, name="edition_of_a_ward"),
            models.Index(F("workplace"), F("edition"), *_ORDER, name="edition_of_a_workplace"),
        )


class EditionCount(models.Model):
    """The three counts of a unit itself, without its children, as they stood. `unit` None: "not told"."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="counts", db_index=False)
    facet = models.CharField(max_length=10, choices=CountedFacet.choices)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entries = models.BigIntegerField()
    people = models.BigIntegerField()
    all_correct = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["edition", "facet", "unit"], nulls_distinct=False, name="edition_count_once_per_unit"
            ),
        )


class Ladder(models.Model):
    """That a large board is counted rung by rung, so that ranks are sums: a round's live one, or that of an edition.

    `width` is how many microseconds of handing in make up a step. Until `is_ready` changes are noted and nobody reads
    them; from then on rungs plus changes are the lines, exactly. `places` are those of the lines as they are, by the
    comparisons in `chain` and what was to be predicted; `token` tells who asked for them last. A board that could not
    be built is left alone until `not_before`.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    key_version = models.PositiveIntegerField()
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    width = models.BigIntegerField()
    line_count = models.PositiveIntegerField()
    is_ready = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True)
    places = models.CharField(max_length=5, choices=PlacesState.choices, default=PlacesState.NONE)
    token = models.UUIDField(null=True)
    chain = ArrayField(models.CharField(max_length=20), default=list)
    actual = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round", "key_version", "edition"], nulls_distinct=False, name="ladder_once_per_board"
            ),
        )


class Rung(models.Model):
    """How many lines have `-lead` right answers and were handed in within one step. Of a gone ladder: swept later."""

    pk = models.CompositePrimaryKey("ladder_id", "lead", "step")
    ladder = models.ForeignKey(
        Ladder, on_delete=models.DO_NOTHING, related_name="rungs", db_constraint=False, db_index=False
    )
    lead = models.SmallIntegerField()
    step = models.BigIntegerField()
    line_count = models.IntegerField()


class RungChange(models.Model):
    """What recorded results add to a rung, or take from it: noted with the lines, gone once folded into the rung."""

    ladder = models.ForeignKey(
        Ladder, on_delete=models.DO_NOTHING, related_name="changes", db_constraint=False, db_index=False
    )
    lead = models.SmallIntegerField()
    step = models.BigIntegerField()
    line_count = models.IntegerField()

    class Meta:
        # Few wait at a time, unless nobody folds.
        indexes = (models.Index(fields=["ladder", "lead", "step"], name="rung_changes_by_rung"),)


class Place(models.Model):
    """Where a line stands on a board that stands still: its rank, how many share it, and its place in the listing."""

    pk = models.CompositePrimaryKey("ladder_id", "attempt_id")
    ladder = models.ForeignKey(
        Ladder, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    rank = models.PositiveIntegerField()
    tied_count = models.PositiveIntegerField()
    position = models.PositiveIntegerField()


class BoardState(models.Model):
    """What the public is shown of a round: the live boards, or those of an edition. No row: live, never published.

    `turn` grows with everything that changes boards in another way than an ending attempt does; it is part of the
    epoch, so that readers fetch anew.
    """

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="board_state")
    turn = models.PositiveIntegerField(default=0)
    frozen = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    published = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(frozen=None) | Q(published=None), name="published_board_is_not_frozen"),
        )


class Publication(models.Model):
    """The final publication of a round: asked for by one person, confirmed by another."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="publications", db_index=False)
    state = models.CharField(max_length=9, choices=PublicationState.choices, default=PublicationState.PROPOSED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round"], condition=~Q(state=PublicationState.WITHDRAWN), name="publication_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")), name="publication_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=PublicationState.PUBLISHED) | Q(approver__isnull=False, published_at__isnull=False),
                name="published_has_its_second_person",
            ),
        )


class BoardStep(models.Model):
    """The audit of a round's boards: who did what, when and why. Written with the step, never changed."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="board_steps")
    move = models.CharField(max_length=8, choices=BoardMove.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
