"""The text a person agrees to, in our own plain words after the law on personal data (91/2025/QH15).

Each version is a pair of files in `texts/`: four short lines that stand beside the box, then the whole text. A change
of meaning needs new files and a new `settings.CONSENT_VERSION`: agreements given before stay tied to what was read.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """`lines` are four short sentences; `text` has its paragraphs parted by blank lines."""

    version: str
    lines: tuple[str, ...]
    text: str


@lru_cache
def consent_text(*, version: str, language: str) -> ConsentText:
    """Return one version of the text, in Vietnamese unless `language` starts with "en"."""
    name = f"consent-{version}.{'en' if language.startswith('en') else 'vi'}.txt"
    lines, *paragraphs = (_TEXTS / name).read_text(encoding="utf-8").strip().split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return ConsentText(version=version, lines=tuple(lines.splitlines()), text=text)
