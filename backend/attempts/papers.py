"""Papers as people see them, served from this process's memory. No key is ever read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.core import written
from backend.questions.enums import WRITTEN_KINDS, QuestionKind
from backend.questions.queries import VersionContent, get_version_contents

# [question version id, option order]: one place of a stored paper.
StoredItem = Sequence[Any]

# Contents of a version never change once a paper can hold it, so they are read once a process. A contest has hundreds.
_contents: dict[int, VersionContent] = {}
_CAPACITY = 20_000


@dataclass(frozen=True, slots=True)
class ItemShape:
    """What an answer to a place with options must fit."""

    option_count: int
    is_single: bool

    def refusal(self, choice: Sequence[int]) -> str | None:
        """Return the code to refuse these positions with, or None. No position is an answer taken back."""
        if len(choice) == 1:  # nearly every answer
            return None if 1 <= choice[0] <= self.option_count else "unknown_item"
        if any(not 1 <= position <= self.option_count for position in choice):
            return "unknown_item"
        if len(set(choice)) < len(choice) or (self.is_single and len(choice) > 1):
            return "bad_choice"
        return None

    def text_refusal(self, text: str) -> str | None:
        """Return the code: nothing is written here."""
        return "unknown_item"


@dataclass(frozen=True, slots=True)
class WrittenShape:
    """What an answer to a place that wants words must fit."""

    kind: str

    def refusal(self, choice: Sequence[int]) -> str | None:
        """Return the code: nothing is chosen here, nor taken back by choosing nothing."""
        return "unknown_item"

    def text_refusal(self, text: str) -> str | None:
        """Return the code to refuse this text with, or None. An empty text is an answer taken back."""
        return written.refusal(text, kind=self.kind)


PaperShape = tuple[ItemShape | WrittenShape, ...]
_item_shape = cache(ItemShape)  # a few dozen, shared by the papers of all open sockets
_written_shape = cache(WrittenShape)


def answer_refusal(shape: PaperShape, *, item: int, choice: Sequence[int]) -> str | None:
    """Return the code to refuse an answer with, or None where it fits the paper."""
    return shape[item - 1].refusal(choice) if 1 <= item <= len(shape) else "unknown_item"


def text_refusal(shape: PaperShape, *, item: int, text: str) -> str | None:
    """Return the code to refuse an answer in words with, or None where it fits the paper."""
    return shape[item - 1].text_refusal(text) if 1 <= item <= len(shape) else "unknown_item"


def is_warm(paper: Sequence[StoredItem]) -> bool:
    """Tell whether the paper can be shown without asking the database."""
    return all(version_id in _contents for version_id, _ in paper)


def warm(version_ids: Iterable[int]) -> None:
    """Read contents that are not in memory yet."""
    missing = {version_id for version_id in version_ids if version_id not in _contents}
    if not missing:
        return
    if len(_contents) > _CAPACITY:
        _contents.clear()
    _contents.update(get_version_contents(missing))


def paper_shape(paper: Sequence[StoredItem]) -> PaperShape:
    """Return what answers to the paper must fit, by place."""
    contents = _read(paper)
    return tuple(_shape_of(contents[version_id].kind, len(order)) for version_id, order in paper)


def paper_items(paper: Sequence[StoredItem]) -> list[dict[str, Any]]:
    """Return the paper as the contract shows it: places from 1, options at this attempt's own positions.

    Where words are wanted there are no options, and `max_length` says how many characters they may have.
    """
    contents = _read(paper)
    return [_shown(place, contents[version_id], order) for place, (version_id, order) in enumerate(paper, start=1)]


def _shown(place: int, content: VersionContent, order: Sequence[int]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "item": place,
        "kind": content.kind,
        "stem": content.stem,
        "options": [
            {"option": position, "text": content.options[canonical - 1]}
            for position, canonical in enumerate(order, start=1)
        ],
    }
    most = written.longest(content.kind)
    return shown if most is None else {**shown, "max_length": most}


def _shape_of(kind: str, option_count: int) -> ItemShape | WrittenShape:
    if kind in WRITTEN_KINDS:
        return _written_shape(kind)
    return _item_shape(option_count, kind == QuestionKind.SINGLE)


def _read(paper: Sequence[StoredItem]) -> dict[int, VersionContent]:
    warm(version_id for version_id, _ in paper)
    return {version_id: _contents[version_id] for version_id, _ in paper}
