"""Read how people write a document's number and date. Pure; folds for search, never corrects what is stored."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from backend.core.text import fold
from backend.documents.enums import DocumentType

_TYPES_BY_CODE = {
    "nq": DocumentType.RESOLUTION,
    "ct": DocumentType.DIRECTIVE,
    "kh": DocumentType.PLAN,
    "ctr": DocumentType.PROGRAMME,
    "nd": DocumentType.DECREE,
}
_TYPES_BY_NAME = {fold(kind.label): kind for kind in DocumentType}
# "TƯ" is an old spelling of "TW" (trung ương); without its horn it would fold to "tu", the code of thành ủy.
_CENTRAL = re.compile(r"(?<![^\W_])(nq|ct|kh|ctr|qđ)([\s/-]+)tư(?!\w)", re.IGNORECASE)
_DAY = re.compile(
    r"(?:ngày\s+)?(?<!\d)(\d{1,2})\s*(?:[-/.]|\s+tháng\s+)\s*(\d{1,2})\s*(?:[-/.]|\s+năm\s+)\s*(\d{4})(?!\d)"
)
_CODED = re.compile(r"\b(?:(\d{1,4}) )?(?:(\d{4}) )?(nq|ct|kh|ctr|nd)\b(?: (tw|tu|cp|ttg|hdnd|ubnd)\b)?")
_NATIONAL_ASSEMBLY = re.compile(r"\b(\d{1,4}) ((?:19|20)\d\d) (qh\d+)\b")
_NAMED = re.compile(rf"\b({'|'.join(sorted(_TYPES_BY_NAME, key=len, reverse=True))})\b(?: so)?(?: (\d{{1,3}})\b)?")
_YEAR = re.compile(r"\b(?:nam )?((?:19|20)\d\d)\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a spelling says for certain. None and empty mean: not said, so everything fits."""

    serial: int | None = None
    type: DocumentType | None = None
    issuer_code: str = ""
    issued_on: date | None = None
    year: int | None = None
    words: tuple[str, ...] = ()


def read_reference(text: str) -> Reference:
    """Read "15-NQ/TW", "NQ/TƯ", "15 NQ/TW", "nghi quyet 15", "39/2024/QH15" with or without a date or a year."""
    text = unicodedata.normalize("NFC", text).lower()
    text = _CENTRAL.sub(r"\1\2tw", text)
    issued_on, text = _take_day(text)
    rest = fold(text)
    serial, kind, issuer_code, year = None, None, "", None
    if match := _NATIONAL_ASSEMBLY.search(rest):
        serial, year, issuer_code = int(match[1]), int(match[2]), match[3]
        rest = _cut(rest, match)
    elif match := _CODED.search(rest):
        serial = int(match[1]) if match[1] else None
        year = int(match[2]) if match[2] else None
        kind, issuer_code = _TYPES_BY_CODE[match[3]], match[4] or ""
        rest = _cut(rest, match)
    if match := _NAMED.search(rest):
        kind = kind or _TYPES_BY_NAME[match[1]]
        serial = serial if serial is not None or not match[2] else int(match[2])
        rest = _cut(rest, match)
    if year is None and (match := _YEAR.search(rest)):
        year, rest = int(match[1]), _cut(rest, match)
    words = [word for word in rest.split() if word != "so"]
    if serial is None and words and words[0].isdigit() and len(words[0]) < 4:
        serial = int(words.pop(0))
    return Reference(serial, kind, issuer_code, issued_on, year, tuple(words))


def serial_of(number: str) -> int | None:
    """Return the running number a document's number starts with: 15 for "15-NQ/TW"."""
    match = re.match(r"\s*(\d{1,4})(?!\d)", number)
    return int(match[1]) if match else None


def issuer_code_of(number: str) -> str:
    """Return the folded last part of a document's number: "tw" for "15-NQ/TƯ", "qh15" for "39/2024/QH15"."""
    parts = fold(_CENTRAL.sub(r"\1\2tw", unicodedata.normalize("NFC", number))).split()
    return parts[-1] if len(parts) > 1 else ""


def search_key_of(*texts: str) -> str:
    """Fold texts into one key in which " word " finds whole words."""
    return f" {' '.join(filter(None, (fold(text) for text in texts)))} "


def _take_day(text: str) -> tuple[date | None, str]:
    match = _DAY.search(text)
    if match is None:
        return None, text
    try:
        day = date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None, text  # no such day: its digits stay as words, which fit nothing
    return day, _cut(text, match)


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}".strip()
