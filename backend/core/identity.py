"""The form of a Vietnamese identity number: twelve digits, of which six say something. Pure: the year is passed in."""

import re

# What keyboards and copied texts put between digits; \s also means a no-break space. The citizen's page has the same.
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]")
_DIGITS = re.compile(r"[0-9]{12}", re.ASCII)
# Where a birth was registered: Circular 07/2016/TT-BCA, annex 1. Provinces that were merged in 2025 keep their codes on
# the cards. Births registered abroad carry the code of the country, from 101 on.
# fmt: off
_PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91,
    92, 93, 94, 95, 96,
))
# fmt: on
_FIRST_COUNTRY = 101
HIDDEN = "•" * 12  # a number of which not even the last digits can be shown
_FIRST_CENTURY = 1900  # 0 and 1 were born from 1900 on, 2 and 3 from 2000 on; the even digit is a man's


def read_identity_number(text: str, *, year: int) -> str | None:
    """Return the twelve digits, without spaces, dots and dashes; None where nobody alive in `year` can have them."""
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        return None
    place, century, born = int(digits[:3]), int(digits[3]), int(digits[4:6])
    if place not in _PROVINCES and place < _FIRST_COUNTRY:
        return None
    return digits if _FIRST_CENTURY + 100 * (century // 2) + born <= year else None


def mask_identity_number(digits: str) -> str:
    """Hide all but the last three digits."""
    return "•" * (len(digits) - 3) + digits[-3:]
