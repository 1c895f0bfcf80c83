"""Documents, their versions, and the clauses questions are bound to."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.documents.enums import DocumentStatus, DocumentType, RelationKind


class Document(models.Model):
    """A resolution, law or programme. Number alone is no identity: five documents are called 15-NQ/TW.

    `serial` and `issuer_code` are the parts of `number` that every spelling keeps: 15 and "tw" of "15-NQ/TW".
    `search_key` is folded, with a space at both ends of every word.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    number = models.CharField(max_length=40)
    type = models.CharField(max_length=20, choices=DocumentType.choices)
    issuer = models.CharField(max_length=120)
    term = models.CharField(max_length=20, blank=True, default="")
    issued_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=500)
    short_title = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=12, choices=DocumentStatus.choices)
    note = models.TextField(blank=True, default="")
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    issuer_code = models.CharField(max_length=20, blank=True, default="")
    search_key = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["number", "type", "issuer", "term", "issued_on"],
                nulls_distinct=False,
                name="document_identity",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.issuer}, {self.issued_on})"


class DocumentRelation(models.Model):
    """A directed link: `source` stands in relation `kind` to `target`."""

    source = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="reverse_relations")
    kind = models.CharField(max_length=12, choices=RelationKind.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "target", "kind"], name="relation_once"),)

    def __str__(self) -> str:
        return f"{self.source.key} {self.kind} {self.target.key}"


class DocumentVersion(models.Model):
    """One reading of a document: an outline in our own words, or a loaded text. Never edited, only followed."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    has_full_text = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="version_once_per_document"),)

    def __str__(self) -> str:
        return f"{self.document.key} v{self.number}"


class Clause(models.Model):
    """An article, section or item. `path` is unique within a version; numbers alone restart under each heading."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="clauses")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    path = models.CharField(max_length=60)
    ordinal = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=160)
    heading = models.CharField(max_length=300, blank=True, default="")
    summary = models.TextField(blank=True, default="")
    is_certain = models.BooleanField(default=True)
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("ordinal",)
        constraints = (models.UniqueConstraint(fields=["version", "path"], name="clause_once_per_path"),)

    def __str__(self) -> str:
        return self.label
