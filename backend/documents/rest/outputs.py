"""What the documents addresses answer."""

from typing import Any

from rest_framework import serializers

from backend.documents.enums import DocumentStatus, DocumentType, RelationKind
from backend.documents.models import Document
from backend.documents.queries import count_questions_by_path, list_clauses


class DocumentLineOutput(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    number = serializers.CharField()
    type = serializers.ChoiceField(choices=DocumentType.choices)
    issuer = serializers.CharField()
    term = serializers.CharField(allow_null=True)
    issued_on = serializers.DateField(allow_null=True)
    title = serializers.CharField()
    short_title = serializers.CharField()
    status = serializers.ChoiceField(choices=DocumentStatus.choices)
    note = serializers.CharField()


class DocumentListOutput(serializers.Serializer[dict[str, Any]]):
    results = DocumentLineOutput(many=True)


class DocumentRelationOutput(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(choices=RelationKind.choices)
    key = serializers.CharField()
    number = serializers.CharField()
    short_title = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)


class ClauseOutput(serializers.Serializer[dict[str, Any]]):
    path = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, an argument of every field there
    heading = serializers.CharField()
    summary = serializers.CharField()
    depth = serializers.IntegerField()
    is_certain = serializers.BooleanField()
    question_count = serializers.IntegerField()


class DocumentOutput(DocumentLineOutput):
    relations = DocumentRelationOutput(many=True)
    clauses = ClauseOutput(many=True)


def document_line(document: Document) -> dict[str, Any]:
    return {
        "key": document.key,
        "number": document.number,
        "type": document.type,
        "issuer": document.issuer,
        "term": document.term or None,
        "issued_on": document.issued_on,
        "title": document.title,
        "short_title": document.short_title,
        "status": document.status,
        "note": document.note,
    }


def document_detail(document: Document) -> dict[str, Any]:
    """Shape a document with its relations and clauses; the number of queries is fixed."""
    counts = count_questions_by_path(document)
    relations = [
        {
            "kind": relation.kind,
            "key": relation.target.key,
            "number": relation.target.number,
            "short_title": relation.target.short_title,
            "issued_on": relation.target.issued_on,
        }
        for relation in document.relations.all()
    ]
    clauses = [
        {
            "path": clause.path,
            "label": clause.label,
            "heading": clause.heading,
            "summary": clause.summary,
            "depth": clause.depth,
            "is_certain": clause.is_certain,
            "question_count": counts.get(clause.path, 0),
        }
        for clause in list_clauses(document)
    ]
    return {**document_line(document), "relations": relations, "clauses": clauses}
