"""People's spellings of document numbers and dates."""

from datetime import date

import pytest

from backend.documents.enums import DocumentType
from backend.documents.spelling import Reference, issuer_code_of, read_reference, search_key_of, serial_of

RESOLUTION_15_OF_THE_CENTRE = Reference(serial=15, type=DocumentType.RESOLUTION, issuer_code="tw")


@pytest.mark.parametrize(
    "spelling",
    [
        "15-NQ/TW",
        "15-NQ/TƯ",
        "15-nq/tư",
        "15-NQ-TW",
        "15 NQ/TW",
        "015-NQ/TW",
        "số 15-NQ/TW",
        "Nghị quyết số 15-NQ/TW",
        "nghi quyet 15-nq/tw",
        "15\u00a0NQ/TW",
        "15-NQ/TU\u031b",
        "15–NQ/TW",
    ],
)
def test_spellings_of_one_number_read_the_same(spelling):
    assert read_reference(spelling) == RESOLUTION_15_OF_THE_CENTRE


@pytest.mark.parametrize(
    "spelling", ["ngày 5-5-2022", "5-5-2022", "05/5/2022", "5/5/2022", "05.05.2022", "ngày 5 tháng 5 năm 2022"]
)
def test_spellings_of_one_day_read_the_same(spelling):
    assert read_reference(f"15-NQ/TW {spelling}") == Reference(
        15, DocumentType.RESOLUTION, "tw", issued_on=date(2022, 5, 5)
    )


@pytest.mark.parametrize(
    ("spelling", "read"),
    [
        ("nghi quyet 15", Reference(15, DocumentType.RESOLUTION)),
        ("Nghị quyết số 15", Reference(15, DocumentType.RESOLUTION)),
        ("NQ/TW", Reference(None, DocumentType.RESOLUTION, "tw")),
        ("NQ 15", Reference(15, DocumentType.RESOLUTION)),
        ("15", Reference(15)),
        ("24-CT/TU", Reference(24, DocumentType.DIRECTIVE, "tu")),
        ("12/NQ-CP", Reference(12, DocumentType.RESOLUTION, "cp")),
        ("39/2024/QH15", Reference(39, None, "qh15", year=2024)),
        ("Luật Thủ đô 2026", Reference(None, DocumentType.LAW, year=2026, words=("thu", "do"))),
        ("nghị quyết 15 năm 2022", Reference(15, DocumentType.RESOLUTION, year=2022)),
        ("Nghị quyết 15 khoá XIII", Reference(15, DocumentType.RESOLUTION, words=("khoa", "xiii"))),
        ("15-NQ/TW 30-2-2022", Reference(15, DocumentType.RESOLUTION, "tw", year=2022, words=("30", "2"))),
        ("đầu tư", Reference(words=("dau", "tu"))),
    ],
)
def test_only_what_a_spelling_says_is_read(spelling, read):
    assert read_reference(spelling) == read


def test_parts_that_every_spelling_of_a_number_keeps():
    numbers = ["15-NQ/TW", "05-CT/TW", "01-CTr/TU", "12/NQ-CP", "39/2024/QH15", "không số"]

    assert [(serial_of(number), issuer_code_of(number)) for number in numbers] == [
        (15, "tw"),
        (5, "tw"),
        (1, "tu"),
        (12, "cp"),
        (39, "qh15"),
        (None, "so"),
    ]


def test_a_search_key_finds_whole_words():
    assert search_key_of("15-NQ/TW", "", "Bộ Chính trị") == " 15 nq tw bo chinh tri "
