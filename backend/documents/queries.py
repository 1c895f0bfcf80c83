"""Find and read documents. A number that several documents carry returns them all: never a guess."""

from collections.abc import Iterable

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from backend.core.errors import NotFound
from backend.core.text import fold
from backend.documents.models import Clause, Document, DocumentRelation, DocumentVersion
from backend.documents.spelling import Reference, read_reference

MOST_FOUND = 100  # the bank holds dozens; more would be no choice


def find_documents(q: str = "") -> list[Document]:
    """Return the documents a spelling may mean, newest first; all of them for an empty one."""
    rows = Document.objects.order_by("-issued_on", "key")
    if not fold(q):
        return list(rows[:MOST_FOUND]) if not q.strip() else []
    reference = read_reference(q)
    found = list(rows.filter(_fits(reference))[:MOST_FOUND])
    if not found and reference.issuer_code == "tu":
        # Typed without its horn, "TƯ" reads like thành ủy's "TU".
        central = Reference(
            reference.serial, reference.type, "tw", reference.issued_on, reference.year, reference.words
        )
        found = list(rows.filter(_fits(central))[:MOST_FOUND])
    if not found:
        # Not an identity after all: a name people use ("Nghị quyết Trung ương 5 khóa X").
        found = list(rows.filter(_has_words(fold(q).split()))[:MOST_FOUND])
    return found


def get_document(key: str) -> Document:
    """Return a document with its relations. Raises NotFound."""
    relations = DocumentRelation.objects.select_related("target").order_by("id")
    document = Document.objects.filter(key=key).prefetch_related(Prefetch("relations", queryset=relations)).first()
    if document is None:
        raise NotFound
    return document


def list_clauses(document: Document) -> list[Clause]:
    """Return the clauses of the document's newest version in reading order."""
    return list(Clause.objects.filter(version_id=_newest_version_id(document)).order_by("ordinal"))


def count_questions_by_path(document: Document) -> dict[str, int]:
    """Return how many questions in force cite each path, whichever version of the document they cite."""
    # The relation belongs to an app downstream and is known here by its name alone.
    in_force = Q(citations__version__state="approved")
    rows = Clause.objects.filter(version__document=document).order_by().values("path")
    counted = rows.annotate(questions=Count("citations__version__question", filter=in_force, distinct=True))
    return {row["path"]: row["questions"] for row in counted}


def newest_clauses(document_keys: Iterable[str]) -> dict[tuple[str, str], Clause]:
    """Return the clauses of the newest versions by (document key, path)."""
    newest = DocumentVersion.objects.filter(document=OuterRef("version__document")).order_by("-number").values("id")[:1]
    rows = Clause.objects.filter(version__document__key__in=set(document_keys), version_id=Subquery(newest))
    return {(clause.version.document.key, clause.path): clause for clause in rows.select_related("version__document")}


def list_documents_by_key(keys: Iterable[str]) -> dict[str, Document]:
    """Return the documents that exist of `keys`, by key."""
    return {document.key: document for document in Document.objects.filter(key__in=set(keys))}


def _newest_version_id(document: Document) -> QuerySet[DocumentVersion, int]:
    return document.versions.order_by("-number").values_list("id", flat=True)[:1]


def _fits(reference: Reference) -> Q:
    fit = _has_words(reference.words)
    if reference.serial is not None:
        fit &= Q(serial=reference.serial)
    if reference.type is not None:
        fit &= Q(type=reference.type)
    if reference.issuer_code:
        fit &= Q(issuer_code=reference.issuer_code)
    if reference.issued_on is not None:
        fit &= Q(issued_on=reference.issued_on)
    if reference.year is not None:
        fit &= Q(issued_on__year=reference.year) | Q(search_key__contains=f" {reference.year} ")
    return fit


def _has_words(words: Iterable[str]) -> Q:
    fit = Q()
    for word in words:
        fit &= Q(search_key__contains=f" {word} ")
    return fit
