"""What a question version says, apart from where it is stored. Pure: no Django, no clock."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause by document key and path, with at most a short quotation."""

    document: str
    path: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All that a version fixes. `options[n - 1]` is option n; `key` lists the right numbers in order.

    `accepted` are the right answers of a short text, as `core.written.reading` compares them.
    """

    topic: str
    difficulty: int
    kind: str
    stem: str
    options: tuple[str, ...]
    # Kept out of the repr: tracebacks and logs print objects, and the key must not stand there.
    key: tuple[int, ...] = field(repr=False)
    explanation: str = field(repr=False)
    valid_as_of: date | None
    citations: tuple[Cited, ...]
    accepted: tuple[str, ...] = field(default=(), repr=False)

    def fingerprint(self) -> str:
        """Return the hash that changes when anything of the content does."""
        value = {**asdict(self), "valid_as_of": self.valid_as_of.isoformat() if self.valid_as_of else None}
        # What has none is hashed as it was before there were such questions.
        if not self.accepted:
            del value["accepted"]
        return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
