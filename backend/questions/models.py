"""Questions, their immutable versions, the clauses that prove them, and the second person's word."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.documents.models import Clause, Document
from backend.questions.enums import Decision, Origin, QuestionKind, VersionState


class Topic(models.Model):
    """A theme of the bank; blueprints count questions by topic and difficulty."""

    key = models.SlugField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("ordinal", "key")

    def __str__(self) -> str:
        return self.name_vi


class Question(models.Model):
    """A question through all its versions. `current` is the version staff see; papers pin their own.

    `document` is that of the current version's first citation: a draft may not have one yet.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    current = models.ForeignKey("QuestionVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class QuestionVersion(models.Model):
    """What a question said at one time. Content never changes once approved; only `state` moves.

    `options` is a list of texts; option numbers count from 1 in this stored order. `key` lists the right numbers.
    A short text has neither: `accepted` lists the texts that are right. An essay has none of the three.
    `author` wrote it first; `editors` are all who had a hand in it, none of whom may approve it. The database itself
    refuses a change of approved content (migration 0002).
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="versions")
    origin = models.CharField(max_length=4, choices=Origin.choices, default=Origin.DESK)
    difficulty = models.PositiveSmallIntegerField()
    stem = models.TextField()
    options = models.JSONField(default=list)
    key = ArrayField(models.PositiveSmallIntegerField(), default=list)
    accepted = ArrayField(models.TextField(), default=list, db_default=[])
    explanation = models.TextField(blank=True, default="")
    valid_as_of = models.DateField(null=True, blank=True)
    search_key = models.TextField(default="")
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["question", "number"], name="version_once_per_question"),
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(state="approved"), name="version_in_force_once_per_question"
            ),
            models.CheckConstraint(condition=models.Q(difficulty__range=(1, 3)), name="difficulty_is_1_to_3"),
        )
        indexes = (
            models.Index(fields=["state", "topic", "difficulty"], name="versions_to_draw_from"),
            models.Index(fields=["-updated_at", "-id"], name="versions_newest_first"),
        )

    def __str__(self) -> str:
        return f"{self.question.key} v{self.number}"


class Citation(models.Model):
    """The clause that proves a question version, with at most a short quotation."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="citations")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="citations")
    quote = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "clause"], name="citation_once_per_clause"),)

    def __str__(self) -> str:
        return f"{self.version} cites {self.clause.path}"


class Review(models.Model):
    """One person's decision on a version. Approval is another person's; taking one's own back is allowed."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    reason = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.decision} {self.version}"


class BankSync(models.Model):
    """What the authoring files held when they were last taken in: the same hash again means nothing to do."""

    content_hash = models.CharField(max_length=64, unique=True)
    synced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.content_hash[:12]} at {self.synced_at:%Y-%m-%d %H:%M}"
