"""One person's drawn paper and its answers."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.attempts.enums import AttemptState, FlagKind
from backend.contests.models import Contest, Round
from backend.units.models import Unit


class Attempt(models.Model):
    """One sitting of one person. `paper` is a list of [question version id, option order], places counting from 1.

    The three units are those of the person at the start: a later move changes no count. `number` counts from 1
    within the round.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="attempts")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.OPEN)
    seed = models.BigIntegerField()
    paper = models.JSONField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    prediction = models.PositiveIntegerField(null=True, blank=True)
    receipt = models.CharField(max_length=24, blank=True, default="")
    territory = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    workplace = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "round", "number"], name="attempt_once_per_number"),
            # What an answer refers to: its partition is its attempt's round, by a foreign key over both.
            models.UniqueConstraint(fields=["round", "id"], name="attempt_in_its_round"),
            models.UniqueConstraint(
                fields=["person", "contest"], condition=models.Q(state="open"), name="attempt_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", submitted_at=None)
                | ~models.Q(state="open") & ~models.Q(submitted_at=None),
                name="attempt_ended_has_its_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["deadline_at", "id"], condition=models.Q(state="open"), name="open_attempts_by_deadline"
            ),
            models.Index(fields=["round", "state"], name="attempts_by_round_and_state"),
            models.Index(fields=["receipt"], condition=~models.Q(receipt=""), name="attempts_by_receipt"),
        )

    def __str__(self) -> str:
        return f"attempt {self.uuid}"


class PreparedPaper(models.Model):
    """A paper drawn ahead for nobody yet. A start takes it out of the table; `seed` draws it again."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+", db_index=False)
    seed = models.BigIntegerField()
    paper = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["round", "id"], name="prepared_papers_in_order"),)


class Answer(models.Model):
    """The latest choice at one place of one paper. Written by the group commit alone; the highest `seq` wins.

    `text` is what was written where words are wanted, "" where it was taken back; `choice` is empty then, and `text`
    None everywhere else.

    The table is partitioned by `round`: name the round in every query, and one partition is read. The foreign key
    `answer_of_its_attempt` (attempt, round) stands in the migrations, because Django knows none over two columns.
    """

    # The round comes last: a query that forgets it costs a descent a partition instead of a scan of each.
    pk = models.CompositePrimaryKey("attempt_id", "item", "round_id")
    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="answers", db_constraint=False, db_index=False
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    item = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    choice = ArrayField(models.PositiveSmallIntegerField())
    text = models.TextField(null=True, blank=True)
    received_at = models.DateTimeField()


class Flag(models.Model):
    """Something odd about an attempt, for a human to look at; once a kind, so that a flood makes no flood of rows.

    `detail` is what was seen first: {item, seq, stored, sent}, of texts {item, seq, stored_length, sent_length}, for no
    text is kept here, or {by} which way. `times` is at most too high: a batch that is written again after a lost
    connection counts twice.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="flags", db_index=False)
    kind = models.CharField(max_length=12, choices=FlagKind.choices)
    detail = models.JSONField()
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["attempt", "kind"], name="flag_once_per_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.attempt_id}"


class DeviceStart(models.Model):
    """A person began an attempt of the round on a device: `accounts.devices` says what `device` is. Kept for a while.

    No foreign keys in the database: at the bell a row costs one insert.
    """

    pk = models.CompositePrimaryKey("round_id", "person_id", "device")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    device = models.BinaryField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
