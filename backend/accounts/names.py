"""What counts as a person's name to show."""

import re
import unicodedata

from backend.accounts.errors import InvalidName

MIN_LENGTH, MAX_LENGTH = 2, 80  # the upper bound is the column's


def tidy_name(raw: object) -> str:
    """Return the name with single spaces and composed letters. Raises InvalidName."""
    if not isinstance(raw, str):
        raise InvalidName
    name = re.sub(r" +", " ", unicodedata.normalize("NFC", raw)).strip()
    # Categories C*: control, format (bidi overrides), surrogates, unassigned. They can only mislead who reads a list.
    has_hidden = any(unicodedata.category(char).startswith(("C", "Zl", "Zp")) for char in name)
    if has_hidden or not MIN_LENGTH <= len(name) <= MAX_LENGTH or not any(char.isalpha() for char in name):
        raise InvalidName
    return name
