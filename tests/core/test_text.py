"""Vietnamese text folds for search and sorts as a dictionary does."""

import unicodedata

import pytest

from backend.core.text import fold, mask_name, sort_key, vi_number


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Phường Hoàn Kiếm", "phuong hoan kiem"),
        ("  Ðống   Đa ", "dong da"),  # U+00D0, the lookalike
        (unicodedata.normalize("NFD", "Nghị quyết 15-NQ/TƯ"), "nghi quyet 15 nq tu"),
        ("Hoà\u00a0Bình", "hoa binh"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_sort_key_follows_the_alphabet_then_the_tones() -> None:
    words = ["Đống Đa", "Dân Hòa", "Ô Diên", "Ốc", "Oai", "Ba Vì", "Bà Vì", "Ăn", "An", "Ân", "2 Bà", "Ứng", "Ung"]

    assert sorted(words, key=sort_key) == [
        "2 Bà", "An", "Ăn", "Ân", "Ba Vì", "Bà Vì", "Dân Hòa", "Đống Đa", "Oai", "Ô Diên", "Ốc", "Ung", "Ứng",
    ]  # fmt: skip


def test_sort_key_is_the_same_for_composed_and_decomposed_text() -> None:
    assert sort_key(unicodedata.normalize("NFD", "Thường Tín")) == sort_key(unicodedata.normalize("NFC", "Thường Tín"))


@pytest.mark.parametrize(("name", "masked"), [("Nguyễn Văn An", "N. V. An"), ("An", "A***"), ("", "***")])
def test_masked_names_keep_the_given_name_alone(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_are_grouped_with_dots() -> None:
    assert [vi_number(n) for n in (0, 999, 1512991)] == ["0", "999", "1.512.991"]
