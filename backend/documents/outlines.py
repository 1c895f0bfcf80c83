"""A document as its authoring file tells it: identity, relations, clauses. Pure: no Django, no I/O."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ClauseOutline:
    """One clause in our own words. Dots of `path` tell its parents."""

    path: str
    label: str
    heading: str
    summary: str
    is_certain: bool = True

    @property
    def parent_path(self) -> str:
        """Return the path of the clause above, empty at the top."""
        return self.path.rpartition(".")[0]

    def fingerprint(self) -> str:
        """Return the hash that changes when a word of the clause does."""
        return _sha256(asdict(self))


@dataclass(frozen=True, slots=True)
class RelationOutline:
    """A link from the document that holds it to `target`, the key of another."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class DocumentOutline:
    """A document's identity and outline. Clauses stand in reading order, parents before children."""

    key: str
    number: str
    type: str
    issuer: str
    term: str
    issued_on: date | None
    effective_on: date | None
    title: str
    short_title: str
    status: str
    note: str
    has_full_text: bool = False
    aliases: tuple[str, ...] = ()
    relations: tuple[RelationOutline, ...] = ()
    clauses: tuple[ClauseOutline, ...] = ()

    def outline_fingerprint(self) -> str:
        """Return the hash of the clauses: another hash means another version of the document."""
        return _sha256([self.has_full_text, *(asdict(clause) for clause in self.clauses)])


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
