"""Identity numbers are read by their form alone. None of these belongs to anybody: the last six digits are zeros."""

import pytest

from backend.core.identity import mask_identity_number, read_identity_number


@pytest.mark.parametrize(
    "text",
    [
        "001090000000",
        "001 090 000 000",
        "001.090.000.000",
        " 001-090-000-000 ",
        "001 - 090 - 000 000",
        "001\u00a0090\u202f000\t000",
        "001–090—000‑000\n",
    ],
)
def test_the_digits_are_read_whatever_stands_between_them(text: str) -> None:
    assert read_identity_number(text, year=2026) == "001090000000"


@pytest.mark.parametrize(
    "text",
    [
        "096100000000",  # Cà Mau, a woman born in 1900
        "079226000000",  # Hồ Chí Minh, a boy born this year
        "101305000000",  # registered abroad, a woman born in 2005
    ],
)
def test_edges_of_what_can_be_are_taken(text: str) -> None:
    assert read_identity_number(text, year=2026) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00109000000",  # eleven
        "0010900000000",  # thirteen
        "00109000000x",
        "٠٠١٠٩٠٠٠٠٠٠٠",  # digits of another script
        "000090000000",  # no such province
        "003090000000",
        "097090000000",
        "100090000000",
        "001227000000",  # born next year
        "001400000000",  # born in 2100
        "001990000000",
        "001090000000\n001090000001",
        "001_090_000_000",
    ],
)
def test_what_nobody_can_have_is_not_taken(text: str) -> None:
    assert read_identity_number(text, year=2026) is None


def test_the_last_three_digits_are_shown() -> None:
    assert mask_identity_number("001090000123") == "•••••••••123"
