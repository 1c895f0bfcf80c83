"""Answers in words: what they may hold, and when two of them say the same. Pure; never corrects what is stored."""

import re
import unicodedata
from collections.abc import Collection, Iterable

SHORT_TEXT_MAX = 200
ESSAY_MAX = 5_000
ACCEPTED_MAX = 10  # right answers of one short text
_LONGEST = {"short_text": SHORT_TEXT_MAX, "essay": ESSAY_MAX}
# The tone of oa, oe and uy is written on either letter: "hoà" and "hòa" are one word.
_TONE_LATE = re.compile("([ou])([aey])([\u0300\u0301\u0303\u0309\u0323])(?![a-z])")
# Control characters, halves of characters, and what turns the direction of the words around it.
_UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Icelandic letters that some keyboards and scans write for those of Vietnamese.
_LOOKALIKES = str.maketrans({"\u00d0": "đ", "\u00f0": "đ"})
_AROUND = " .,;:!?\"'“”‘’()"


def longest(kind: str) -> int | None:
    """Return how many characters an answer to a question of this kind may have, None where options are chosen."""
    return _LONGEST.get(kind)


def refusal(text: str, *, kind: str) -> str | None:
    """Return the code to refuse an answer with, or None. An essay may have lines; a short text is one."""
    most = longest(kind)
    if most is None:
        return "unknown_item"
    if len(text) > most:
        return "text_too_long"
    is_bad = _UNWRITABLE.search(text) is not None or (kind != "essay" and "\n" in text)
    return "bad_text" if is_bad else None


def visible(text: str) -> str:
    """Return the text without what nobody sees: soft hyphens, joiners, marks of byte order and of direction."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def reading(text: str) -> str:
    """Return what makes two short answers the same to whoever marks them.

    Letter case, spaces and signs around the answer do not count, nor what is invisible, nor on which letter of oa, oe,
    uy the tone is written, nor which of two letters that look alike stands for đ.
    Diacritics count ("bạc" is not "bắc"), and so does a sign between digits ("7,5" is not "75").
    """
    lowered = unicodedata.normalize("NFD", visible(text)).lower().translate(_LOOKALIKES)
    lowered = _TONE_LATE.sub(r"\1\3\2", " ".join(lowered.split()))
    return unicodedata.normalize("NFC", lowered).strip(_AROUND)


def readings(accepted: Iterable[str]) -> frozenset[str]:
    """Return what right answers read like. What reads like nothing accepts nothing."""
    return frozenset(reading(one) for one in accepted) - {""}


def is_accepted(text: str | None, right: Collection[str]) -> bool:
    """Tell whether a short answer reads like a right one; `right` is what `readings` returned.

    What is longer than a short answer may be is never right, however it reads.
    """
    return bool(text) and len(text or "") <= SHORT_TEXT_MAX and reading(text or "") in right
