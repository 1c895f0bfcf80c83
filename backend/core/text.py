"""Vietnamese text: folding for search, keys for sorting. Pure; never corrects what is stored."""

import re
import unicodedata

# Order of the Vietnamese alphabet (tone marks apart), TCVN 6909 / CLDR vi: đ follows d, ă â follow a, and so on.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries
_VOWEL_MARKS = "\u0302\u0306\u031b"  # circumflex, breve, horn: they make letters of their own
_RANK = {letter: index for index, letter in enumerate(_ALPHABET, start=1)}
_LOOKALIKES = str.maketrans({"\u00d0": "đ", "\u00f0": "đ", "Đ": "đ", "\u00a0": " ", "\u2019": "'", "\u2013": "-"})


def fold(text: str) -> str:
    """Fold for search: lower case, no diacritics, one space a gap ("Phường Hoàn Kiếm" -> "phuong hoan kiem")."""
    lowered = text.translate(_LOOKALIKES).lower().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z]+", " ", bare).strip()


def sort_key(text: str) -> str:
    """Return a string whose plain binary order is the Vietnamese dictionary order.

    Letters decide first, tones second, as dictionaries do; digits sort before letters.
    """
    letters: list[str] = []
    tones: list[str] = []
    for letter, tone in _split(text):
        if letter in _RANK:
            letters.append(f"{_RANK[letter] + 30:02d}")
            tones.append(str(tone))
        elif letter.isdigit():
            letters.append(f"{int(letter) + 10:02d}")
        else:
            letters.append("01")
    return "".join(letters) + "." + "".join(tones)


def _split(text: str) -> list[tuple[str, int]]:
    """Split into (letter with its vowel mark, tone number 0-5)."""
    parts: list[tuple[str, int]] = []
    for char in unicodedata.normalize("NFD", text.translate(_LOOKALIKES).lower()):
        if char in _TONES and parts:
            parts[-1] = (parts[-1][0], _TONES.index(char) + 1)
        elif char in _VOWEL_MARKS and parts:
            parts[-1] = (unicodedata.normalize("NFC", parts[-1][0] + char), parts[-1][1])
        elif not unicodedata.combining(char):
            parts.append((char, 0))
    return parts


# Stands where a name stood, once what identified its person has been erased.
ERASED_NAME = "Người dự thi đã rút"


def mask_name(name: str) -> str:
    """Hide a name for public lists: the given name stays, the rest is initials ("Nguyễn Văn An" -> "N. V. An")."""
    if name == ERASED_NAME:
        return name
    words = name.split()
    if len(words) < 2:
        return f"{words[0][0]}***" if words else "***"
    return " ".join([*(f"{word[0].upper()}." for word in words[:-1]), words[-1]])


def vi_number(value: int) -> str:
    """Write a whole number the Vietnamese way (1512991 -> "1.512.991")."""
    return f"{value:,}".replace(",", ".")
