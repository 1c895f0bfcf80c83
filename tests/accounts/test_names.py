"""What counts as a name."""

import pytest

from backend.accounts.errors import InvalidName
from backend.accounts.names import tidy_name


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("  Nguyễn   Văn An ", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Ka'Hùng", "Ka'Hùng"),
        ("Lò Văn Đ", "Lò Văn Đ"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # inert text; escaping is the page's duty
    ],
)
def test_names_are_tidied(raw: str, tidy: str):
    assert tidy_name(raw) == tidy


@pytest.mark.parametrize(
    "raw",
    ["", " ", "A", "A" * 81, "An\x00", "An\nBình", "An\u200bBình", "An\u202e", "\ud800An", "123", None, ["An"], 7],
)
def test_other_things_are_refused(raw: object):
    with pytest.raises(InvalidName):
        tidy_name(raw)
