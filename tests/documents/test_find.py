"""Five documents are 15-NQ/TW: a search tells them apart or offers them all, and never guesses."""

import pytest

from backend.documents.queries import find_documents

pytestmark = pytest.mark.usefixtures("stored_documents")

ALL_FIFTEEN = ["15-nq-tw-2022", "15-nq-tw-2012", "15-nq-tw-2007", "15-nq-tw-2002", "15-nq-tw-2000"]


def found(q):
    return [document.key for document in find_documents(q)]


@pytest.mark.parametrize(
    "q", ["Nghị quyết 15", "nghi quyet 15", "NQ 15", "15-NQ/TW", "NQ/TƯ 15", "15-NQ/TƯ", "15-nq/tu", "15 NQ/TW", "15"]
)
def test_a_bare_number_offers_all_that_carry_it_newest_first(q):
    assert found(q) == ALL_FIFTEEN


@pytest.mark.parametrize(
    ("q", "keys"),
    [
        ("15-NQ/TW ngày 5-5-2022", ["15-nq-tw-2022"]),
        ("nghị quyết 15 05/5/2022", ["15-nq-tw-2022"]),
        ("5/5/2022", ["15-nq-tw-2022"]),
        ("Nghị quyết 15 khóa XIII", ["15-nq-tw-2022"]),
        ("Nghị quyết 15 năm 2000", ["15-nq-tw-2000"]),
        ("Nghị quyết 15 của Bộ Chính trị khóa VIII", ["15-nq-tw-2000"]),
        ("15-NQ/TW 30-7-2007", ["15-nq-tw-2007"]),
        ("Nghị quyết Trung ương 5 khoá X", ["15-nq-tw-2007"]),
        ("Nghị quyết 15 Ban Chấp hành Trung ương", ["15-nq-tw-2012", "15-nq-tw-2007", "15-nq-tw-2002"]),
        ("Nghị quyết 15 phương thức lãnh đạo", ["15-nq-tw-2007"]),
        ("15-NQ/TW Thủ đô Hà Nội", ["15-nq-tw-2022", "15-nq-tw-2000"]),
        ("12/NQ-CP", ["12-nq-cp-2023"]),
        ("24-CT/TU", ["24-ct-tu-2023"]),
        ("39/2024/QH15", ["luat-thu-do-2024"]),
        ("luat thu do", ["luat-thu-do-2026", "luat-thu-do-2024"]),
        ("15-NQ/TW 31-12-1999", []),
        ("Chỉ thị 15", []),
        ("'; drop table documents_document; --", []),
        ("%", []),
    ],
)
def test_what_is_said_besides_the_number_decides(q, keys):
    assert found(q) == keys


def test_an_empty_search_lists_every_document(outlines):
    assert sorted(found("  ")) == sorted(outline.key for outline in outlines)
