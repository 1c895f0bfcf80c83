"""Storing outlines: the same twice changes nothing, a changed outline is another version."""

from dataclasses import replace

import pytest

from backend.documents.models import Clause, Document, DocumentRelation, DocumentVersion
from backend.documents.outlines import ClauseOutline, DocumentOutline, RelationOutline
from backend.documents.queries import list_clauses
from backend.documents.services import DocumentCounts, store_documents

OLD = DocumentOutline(
    key="11-nq-tw-2012",
    number="11-NQ/TW",
    type="nghi-quyet",
    issuer="Bộ Chính trị",
    term="XI",
    issued_on=None,
    effective_on=None,
    title="Về Thủ đô",
    short_title="Nghị quyết 11",
    status="historical",
    note="",
)
OUTLINE = replace(
    OLD,
    key="15-nq-tw-2022",
    number="15-NQ/TW",
    term="XIII",
    relations=(RelationOutline("preceded_by", "11-nq-tw-2012"),),
    clauses=(
        ClauseOutline("I", "Mục I", "Tình hình", "Tóm tắt một."),
        ClauseOutline("I.1", "Mục I.1", "Kết quả", "Tóm tắt hai."),
        ClauseOutline("II", "Mục II", "Mục tiêu", "Tóm tắt ba.", is_certain=False),
    ),
)
pytestmark = pytest.mark.django_db


def test_outlines_are_stored_with_parents_depths_and_relations():
    counts = store_documents(outlines=[OUTLINE, OLD])

    document = Document.objects.get(key="15-nq-tw-2022")
    assert counts == DocumentCounts(created=2)
    assert [(c.path, c.parent and c.parent.path, c.depth, c.ordinal, c.is_certain) for c in list_clauses(document)] == [
        ("I", None, 1, 1, True),
        ("I.1", "I", 2, 2, True),
        ("II", None, 1, 3, False),
    ]
    assert list(DocumentRelation.objects.values_list("source__key", "kind", "target__key")) == [
        ("15-nq-tw-2022", "preceded_by", "11-nq-tw-2012")
    ]


def test_storing_the_same_twice_changes_nothing():
    store_documents(outlines=[OUTLINE, OLD])

    counts = store_documents(outlines=[OUTLINE, OLD])

    assert (counts, DocumentVersion.objects.count(), Clause.objects.count()) == (DocumentCounts(unchanged=2), 2, 3)


def test_another_note_updates_the_document_and_makes_no_version():
    store_documents(outlines=[OUTLINE, OLD])

    counts = store_documents(outlines=[replace(OUTLINE, note="Đã xác nhận."), OLD])

    assert counts == DocumentCounts(updated=1, unchanged=1)
    assert list(DocumentVersion.objects.filter(document__key=OUTLINE.key).values_list("number", flat=True)) == [1]
    assert Document.objects.get(key=OUTLINE.key).note == "Đã xác nhận."


def test_a_changed_outline_is_a_new_version_and_the_old_one_stays():
    store_documents(outlines=[OUTLINE, OLD])
    longer = replace(OUTLINE, clauses=(*OUTLINE.clauses, ClauseOutline("III", "Mục III", "Giải pháp", "Tóm tắt bốn.")))

    counts = store_documents(outlines=[longer, OLD])

    document = Document.objects.get(key=OUTLINE.key)
    assert counts == DocumentCounts(updated=1, unchanged=1)
    assert [v.clauses.count() for v in document.versions.order_by("number")] == [3, 4]
    assert [c.path for c in list_clauses(document)] == ["I", "I.1", "II", "III"]


def test_a_relation_that_left_the_outline_is_taken_out():
    store_documents(outlines=[OUTLINE, OLD])

    store_documents(outlines=[replace(OUTLINE, relations=()), OLD])

    assert not DocumentRelation.objects.exists()
