"""Scores derived from attempts, one per attempt and key version, never edited; regrades; voided attempts."""

import uuid

from django.conf import settings
from django.db import models

from backend.attempts.models import Attempt
from backend.contests.models import Contest, Round
from backend.questions.models import QuestionVersion
from backend.results.enums import (
    ACTIVE,
    VOID,
    ChangeKind,
    Move,
    RegradeState,
    VoidingMove,
    VoidingState,
)
from backend.units.models import Unit


class ResultQuerySet(models.QuerySet["Result"]):
    """Results as they are asked for."""

    def counted(self) -> "ResultQuerySet":
        """Leave out the attempts that are voided now; `counting.COUNTED` says the same in SQL."""
        void = VoidedAttempt.objects.filter(attempt=models.OuterRef("attempt_id"), is_in_force=True)
        return self.filter(~models.Exists(void))


class Result(models.Model):
    """What an attempt is worth under one version of the answer keys. Units are those of the attempt.

    What is copied from the attempt is held by the attempt's own constraints, and the attempt by a trigger that refuses
    to delete it (migration 0008): checking each reference again would lock the same few rows of rounds and units with
    every result, and write to every attempt.

    `points` are in units of `core.scoring.POINTS_PER_ITEM`; None means every right item full marks, and nothing else.
    """

    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="results", db_constraint=False, db_index=False
    )
    key_version = models.PositiveIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="results",
        db_constraint=False,
        db_index=False,
    )
    contest = models.ForeignKey(
        Contest, on_delete=models.PROTECT, related_name="results", db_constraint=False, db_index=False
    )
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="results", db_constraint=False, db_index=False
    )
    correct_count = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField(null=True, blank=True)
    item_count = models.PositiveSmallIntegerField()
    is_all_correct = models.BooleanField()
    used_ms = models.PositiveIntegerField()
    prediction = models.PositiveIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField()
    territory = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    workplace = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    objects = ResultQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["attempt", "key_version"], name="result_once_per_key_version"),)
        # Whoever asks names the contest: a regrade pays for every index a million times.
        indexes = (models.Index(fields=["contest", "key_version", "person"], name="results_by_contest_and_person"),)

    def __str__(self) -> str:
        return f"result of attempt {self.attempt_id}, keys {self.key_version}"


class Regrade(models.Model):
    """A set of corrections to the keys of one contest: scored aside under `target_key_version`, then put in force.

    The persons are split into parts when the computing begins. A target number is never used twice. Where marks enter,
    `essays_written` and `essays_marked` say how many essays there were and had their marks when it was proposed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="regrades", db_index=False)
    base_key_version = models.PositiveIntegerField()
    target_key_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RegradeState.choices, default=RegradeState.DRAFT)
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    total_count = models.PositiveIntegerField(default=0)
    essays_written = models.PositiveIntegerField(null=True)
    essays_marked = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contest", "target_key_version"], name="regrade_once_per_key_version"),
            models.UniqueConstraint(
                fields=["contest"], condition=models.Q(state__in=ACTIVE), name="regrade_active_once_per_contest"
            ),
            models.CheckConstraint(
                condition=models.Q(target_key_version__gt=models.F("base_key_version")), name="regrade_goes_forward"
            ),
            models.CheckConstraint(
                condition=models.Q(approver=None) | ~models.Q(approver=models.F("author")),
                name="regrade_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[RegradeState.APPROVED, RegradeState.APPLIED])
                | models.Q(approver__isnull=False),
                name="regrade_in_force_has_its_approver",
            ),
        )

    def __str__(self) -> str:
        return f"regrade {self.uuid}"

    @property
    def done_count(self) -> int:
        """How many of the `total_count` results have been taken over; more where people ended attempts meanwhile."""
        return sum(part.done_count for part in self.parts.all())


class RegradePart(models.Model):
    """Persons of a regrade, by id: beyond `after_person_id`, up to `upto_person_id`. Parts lie end to end.

    Those up to `cursor_person_id` have all their results under the target: `done_count` results. It is done where the
    cursor stands at the end. Its row is held by whoever takes a batch of it over.
    """

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveSmallIntegerField()
    after_person_id = models.BigIntegerField()
    upto_person_id = models.BigIntegerField()
    cursor_person_id = models.BigIntegerField()
    done_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["regrade", "number"], name="part_once_per_number"),
            models.CheckConstraint(
                condition=models.Q(after_person_id__lte=models.F("cursor_person_id"))
                & models.Q(cursor_person_id__lte=models.F("upto_person_id")),
                name="part_cursor_within_it",
            ),
        )

    def __str__(self) -> str:
        return f"part {self.number} of regrade {self.regrade_id}"


class RegradeChange(models.Model):
    """What is done about one question version. `keys` lists the sets of options accepted from now on.

    Of a short text it lists the texts that are right from now on, each in a list of its own.
    Without a version: the essays' marks that there are enter, as `ChangeKind.ENTER_MARKS`.
    """

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="changes", db_index=False)
    version = models.ForeignKey(QuestionVersion, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=ChangeKind.choices)
    keys = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["regrade", "version"], name="change_once_per_version"),
            models.UniqueConstraint(
                fields=["regrade"], condition=models.Q(version=None), name="change_enters_marks_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ChangeKind.ENTER_MARKS, version=None)
                | ~models.Q(kind=ChangeKind.ENTER_MARKS) & models.Q(version__isnull=False),
                name="change_of_a_version_or_of_marks",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.version_id}"


class EssaySheet(models.Model):
    """An essay as it is handed to markers: a name that tells nothing of its author, and who has it in hand until when.

    Two people may have it in hand all the same, after a while or at once: what counts is decided where marks are given.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.PositiveSmallIntegerField()
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["attempt", "item"], name="sheet_once_per_essay"),)

    def __str__(self) -> str:
        return f"sheet {self.uuid}"


class EssayMark(models.Model):
    """What one person gives an essay, in units of `core.scoring.POINTS_PER_ITEM`. Never edited: the table is its audit.

    A mark counts from `from_key_version` on, which the set of changes that enters it writes when it is proposed. Until
    then another mark of the same person takes its place (`replaced_at`); afterwards that one waits for the next set.
    `turn` says as which person, from 1, the marker came to the essay. `remark` is for the organizers alone.
    """

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    remark = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    from_key_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["attempt", "item", "marker"],
                condition=models.Q(from_key_version=None, replaced_at=None),
                name="mark_waiting_once_per_marker",
            ),
            models.UniqueConstraint(
                fields=["attempt", "item", "turn"],
                condition=models.Q(from_key_version=None, replaced_at=None),
                name="mark_waiting_once_per_turn",
            ),
            models.UniqueConstraint(
                fields=["attempt", "item", "turn", "from_key_version"], name="mark_once_per_turn_and_key_version"
            ),
            models.CheckConstraint(
                condition=models.Q(from_key_version=None) | models.Q(replaced_at=None), name="mark_entered_or_replaced"
            ),
        )
        indexes = (models.Index(fields=["contest", "from_key_version"], name="marks_by_contest_and_version"),)

    def __str__(self) -> str:
        return f"mark {self.turn} of item {self.item} of attempt {self.attempt_id}"


class RegradeStep(models.Model):
    """The audit: who did what, when and why. Written with the step, never changed. No actor: a worker."""

    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=8, choices=Move.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.move} {self.regrade_id}"


class Voiding(models.Model):
    """The decision that attempts of one person count no longer, and perhaps that they count again.

    `reason` is shown to the person. Both decisions take two: who asks and who approves.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="voidings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="voidings")
    state = models.CharField(max_length=10, choices=VoidingState.choices, default=VoidingState.PROPOSED)
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    back_author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    back_approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approver=None) | ~models.Q(approver=models.F("author")),
                name="voiding_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[*VOID, VoidingState.LIFTED]) | models.Q(approver__isnull=False),
                name="voiding_in_force_has_its_approver",
            ),
            models.CheckConstraint(
                condition=models.Q(back_approver=None) | ~models.Q(back_approver=models.F("back_author")),
                name="voiding_lifted_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=VoidingState.LIFTED)
                | models.Q(back_author__isnull=False, back_approver__isnull=False),
                name="voiding_lifted_has_its_approver",
            ),
        )

    def __str__(self) -> str:
        return f"voiding {self.uuid}"


class VoidedAttempt(models.Model):
    """One attempt of a voiding. `is_open` while the voiding is pending or in force, `is_in_force` while it counts."""

    voiding = models.ForeignKey(Voiding, on_delete=models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="voidings", db_index=False)
    is_open = models.BooleanField(default=True)
    is_in_force = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["voiding", "attempt"], name="attempt_once_per_voiding"),
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(is_open=True), name="attempt_in_one_open_voiding"
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(is_in_force=True), name="attempt_voided_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_in_force=False) | models.Q(is_open=True), name="voided_attempt_is_of_an_open_one"
            ),
        )

    def __str__(self) -> str:
        return f"attempt {self.attempt_id} of voiding {self.voiding_id}"


class VoidingStep(models.Model):
    """The audit of a voiding: who did what, when and why. Written with the step, never changed."""

    voiding = models.ForeignKey(Voiding, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=9, choices=VoidingMove.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.move} {self.voiding_id}"
