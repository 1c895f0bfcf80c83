"""Contests, their rounds, and the question versions each round may draw."""

import uuid

from django.conf import settings
from django.db import models

from backend.documents.models import Document
from backend.questions.models import QuestionVersion


class Contest(models.Model):
    """A contest with one rulebook, which is frozen (`frozen_at`) before the first round opens.

    With it stand the rounds' blueprints and pools: the database itself refuses a change (migrations 0002 and 0003).
    `key_version` points at the answer keys in force: a regrade is applied by moving it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    rulebook = models.JSONField()
    rulebook_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(null=True, blank=True)
    key_version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    documents = models.ManyToManyField(Document, related_name="contests")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class Round(models.Model):
    """One timed round, open in the half-open period [opens_at, closes_at).

    `blueprint` is a list of {topic, difficulty, count}, null for any; that of the rules' quotas, where they have any.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    keys_release_at = models.DateTimeField()
    blueprint = models.JSONField()

    class Meta:
        ordering = ("contest", "number")
        constraints = (
            models.UniqueConstraint(fields=["contest", "number"], name="round_once_per_number"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="round_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(keys_release_at__gte=models.F("closes_at")), name="keys_stay_until_the_close"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contest.key} round {self.number}"


class RoundQuestion(models.Model):
    """A question version that papers of the round may hold."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pool")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="round_uses")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["round", "version"], name="version_once_per_round"),)


class TeamMember(models.Model):
    """A person whom the organizers put down as a member of a team that the rules keep out. Taken off, the row stays."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="team_members", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.CharField(max_length=40)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contest", "person"], condition=models.Q(removed_at=None), name="team_member_once_per_contest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} of {self.team}"
