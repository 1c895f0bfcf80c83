"""What the crowd writes where words are wanted, and what people would call right of it: a table made by hand. Pure.

The checks mark short texts by this table, not by the product's own reading.
"""

import random
from collections.abc import Iterable

SHORT_TEXT, ESSAY = "short_text", "essay"
WORDS_SHARE = 0.5  # of all that is pressed, where a paper has places for words
LONG_SHARE = 0.25  # of essays
# Right until a regrade, and what it accepts as well.
ACCEPTED, ACCEPTED_LATER = "Hà Nội", "Thăng Long, 1010"
# Which of these texts mean what stands before them.
MEANT = {
    ACCEPTED: ("Hà Nội", "  hà   NỘI. ", "“Hà Nội”", "Ha\u0300 No\u0323\u0302i", "\u200bhà\u00a0nội"),
    ACCEPTED_LATER: ("Thăng Long, 1010", "thăng long,  1010!"),
}
# Near misses, and what a careless writer of SQL, JSON, arrays or formats would trip over; "" takes an answer back.
WRONG = (
    "Ha Noi", "Hà Nội 2", "Thăng Long,1010", "", "   ", "NULL", "{}", '{"a",NULL}', '"', "\\", "\\x00", "'); --", "%s",
    "$1", "{column}", "null", "😀 Hà Nội",
)  # fmt: skip
_LINE = "Đoạn {number}: “đổi mới từ ấy, để lại mãi về sau” \\ 'và' {{chỗ này}} %s\n"
_LONG_LINE = "ở đấy đổi mới cả nước Việt Nữ ước vọng ề ạ\n"
LONG_CHARS = 4_800  # of at most 5,000; more bytes than a frame of the socket may have


def write(kind: str, number: int, *, rng: random.Random) -> str:
    """Return a text for a place of this kind. Half of all are marked with `number`, so that they are told apart."""
    if kind == ESSAY:
        text = _LINE.format(number=number)
        return text + _LONG_LINE * ((LONG_CHARS - len(text)) // len(_LONG_LINE)) if rng.random() < LONG_SHARE else text
    known = [*MEANT[ACCEPTED], *MEANT[ACCEPTED_LATER], *WRONG]
    return rng.choice(known) if rng.random() < 1 / 2 else f"Bản nháp {number} "


def is_right(text: str, accepted: Iterable[str]) -> bool:
    """Tell whether a text of the crowd's is one of the right ones. Raises KeyError for one that the table lacks."""
    return any(text in MEANT[one] for one in accepted)
