"""What every part of a rulebook has: a name in the stored data and its words in two languages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Part:
    """One rule that a rulebook can name. `vi` and `en` are what the printed rules say of it."""

    name: str
    vi: str
    en: str

    def words(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


P = TypeVar("P", bound=Part)


def table(*parts: P) -> Mapping[str, P]:
    """Return the parts of one kind by name. Raises ValueError where two share one."""
    made = {part.name: part for part in parts}
    if len(made) < len(parts):
        raise ValueError(f"two parts share a name: {', '.join(part.name for part in parts)}")
    return MappingProxyType(made)
