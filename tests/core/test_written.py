"""Answers in words: what counts as the same."""

import pytest

from backend.core.written import ESSAY_MAX, SHORT_TEXT_MAX, longest, reading, refusal


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("  Hà   Nội. ", "hà nội"),
        ("HÀ NỘI", "hà nội"),
        ("Ha\u0300 No\u0323\u0302i", "hà nội"),
        ("“Văn hiến – Văn minh – Hiện đại”", "văn hiến – văn minh – hiện đại"),
        ("hoà bình", "hòa bình"),
        ("thuỷ", "thủy"),
        ("khoẻ mạnh", "khỏe mạnh"),
        ("hoàn", "hoàn"),
        ("7,5%", "7,5%"),
        ("2030\n", "2030"),
        ("...", ""),
    ],
)
def test_two_spellings_of_one_answer_read_the_same(written: str, right: str) -> None:
    assert reading(written) == reading(right) == right


@pytest.mark.parametrize(
    ("one", "other"), [("bạc", "bắc"), ("ha noi", "Hà Nội"), ("7,5", "75"), ("5%", "5"), ("hòa", "hóa"), ("", "không")]
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert reading(one) != reading(other)


def test_how_long_answers_may_be() -> None:
    kinds = ("single", "multiple", "short_text", "essay")
    assert [longest(kind) for kind in kinds] == [None, None, SHORT_TEXT_MAX, ESSAY_MAX] == [None, None, 200, 5000]


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("short_text", "", None),
        ("short_text", "  Hà Nội 🌾 <script>alert(1)</script> ' OR 1=1 --", None),
        ("short_text", "a" * SHORT_TEXT_MAX, None),
        ("short_text", "🌾" * SHORT_TEXT_MAX, None),
        ("short_text", "a" * (SHORT_TEXT_MAX + 1), "text_too_long"),
        ("short_text", "một\nhai", "bad_text"),
        ("essay", "một\n\nhai", None),
        ("essay", "ô" * ESSAY_MAX, None),
        ("essay", "ô" * (ESSAY_MAX + 1), "text_too_long"),
        *(("essay", f"a{sign}b", "bad_text") for sign in "\x00\t\r\x07\x1b\x7f\x85\u202e\u2066\ud800"),
        ("single", "a", "unknown_item"),
        ("multiple", "", "unknown_item"),
    ],
)
def test_what_an_answer_may_hold(kind: str, text: str, code: str | None) -> None:
    assert refusal(text, kind=kind) == code
