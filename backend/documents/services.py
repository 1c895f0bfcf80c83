"""Store documents from their outlines. A changed outline makes a new version; the old one and its citations stay."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import transaction

from backend.documents.models import Clause, Document, DocumentRelation, DocumentVersion
from backend.documents.outlines import DocumentOutline
from backend.documents.spelling import issuer_code_of, search_key_of, serial_of


@dataclass(slots=True)
class DocumentCounts:
    """What storing did: documents by what happened to them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def store_documents(*, outlines: Sequence[DocumentOutline]) -> DocumentCounts:
    """Bring the tables in line with the outlines; storing the same twice changes nothing."""
    counts = DocumentCounts()
    with transaction.atomic():
        known = {d.key: d for d in Document.objects.select_for_update().filter(key__in=[o.key for o in outlines])}
        versions = _newest_versions(list(known.values()))
        for outline in outlines:
            document = known.get(outline.key)
            is_new = document is None
            changed = False
            if document is None:
                document = known[outline.key] = Document.objects.create(**_columns(outline))
            else:
                changed = _update(document, outline)
            changed = _store_version(document, versions.get(outline.key), outline) or changed
            counts.created += is_new
            counts.updated += changed and not is_new
            counts.unchanged += not changed and not is_new
        _store_relations(outlines, known)
    return counts


def _columns(outline: DocumentOutline) -> dict[str, object]:
    """Return the columns of a document row, derived ones included."""
    apart = {"has_full_text", "aliases", "relations", "clauses"}
    plain = {field.name: getattr(outline, field.name) for field in fields(outline) if field.name not in apart}
    term = f"khóa {outline.term}" if outline.term else ""
    texts = (outline.number, outline.issuer, term, outline.title, outline.short_title, *outline.aliases)
    return {
        **plain,
        "aliases": list(outline.aliases),
        "serial": serial_of(outline.number),
        "issuer_code": issuer_code_of(outline.number),
        "search_key": search_key_of(*texts),
    }


def _update(document: Document, outline: DocumentOutline) -> bool:
    changed = {name: value for name, value in _columns(outline).items() if getattr(document, name) != value}
    for name, value in changed.items():
        setattr(document, name, value)
    if changed:
        document.save(update_fields=list(changed))
    return bool(changed)


def _newest_versions(documents: Sequence[Document]) -> dict[str, DocumentVersion]:
    rows = DocumentVersion.objects.filter(document__in=documents).select_related("document").order_by("number")
    return {version.document.key: version for version in rows}  # the last one of a document stays


def _store_version(document: Document, newest: DocumentVersion | None, outline: DocumentOutline) -> bool:
    """Add a version where the outline differs from the newest one."""
    fingerprint = outline.outline_fingerprint()
    if newest is not None and newest.content_hash == fingerprint:
        return False
    version = DocumentVersion.objects.create(
        document=document,
        number=newest.number + 1 if newest else 1,
        has_full_text=outline.has_full_text,
        content_hash=fingerprint,
    )
    _store_clauses(version, outline)
    return True


def _store_clauses(version: DocumentVersion, outline: DocumentOutline) -> None:
    """Write the clauses level by level, so that every parent has its id first."""
    stored: dict[str, Clause] = {}
    numbered = list(enumerate(outline.clauses, start=1))
    for depth in sorted({clause.path.count(".") + 1 for clause in outline.clauses}):
        level = [
            Clause(
                version=version,
                parent=stored.get(clause.parent_path),
                path=clause.path,
                ordinal=ordinal,
                depth=depth,
                label=clause.label,
                heading=clause.heading,
                summary=clause.summary,
                is_certain=clause.is_certain,
                content_hash=clause.fingerprint(),
            )
            for ordinal, clause in numbered
            if clause.path.count(".") + 1 == depth
        ]
        stored |= {clause.path: clause for clause in Clause.objects.bulk_create(level)}


def _store_relations(outlines: Sequence[DocumentOutline], known: dict[str, Document]) -> None:
    """Make the links of these documents exactly those of their outlines. Raises KeyError where a target is unknown."""
    wanted = {(known[o.key].pk, known[r.target].pk, str(r.kind)) for o in outlines for r in o.relations}
    sources = [known[outline.key].pk for outline in outlines]
    rows = {(r.source_id, r.target_id, r.kind): r.pk for r in DocumentRelation.objects.filter(source_id__in=sources)}
    gone = [pk for link, pk in rows.items() if link not in wanted]
    if gone:
        DocumentRelation.objects.filter(pk__in=gone).delete()
    DocumentRelation.objects.bulk_create(
        DocumentRelation(source_id=source, target_id=target, kind=kind)
        for source, target, kind in sorted(wanted - rows.keys())
    )
