"""Papers as people see them, served from this process's memory. No key is ever read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.questions.enums import QuestionKind
from backend.questions.queries import VersionContent, get_version_contents

# [question version id, option order]: one place of a stored paper.
StoredItem = Sequence[Any]

# Contents of a version never change once a paper can hold it, so they are read once a process. A contest has hundreds.
_contents: dict[int, VersionContent] = {}
_CAPACITY = 20_000


@dataclass(frozen=True, slots=True)
class ItemShape:
    """What an answer to one place must fit."""

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


PaperShape = tuple[ItemShape, ...]
_item_shape = cache(ItemShape)  # a few dozen, shared by the papers of all open sockets


def answer_refusal(shape: PaperShape, *, item: int, choice: Sequence[int]) -> str | None:
    """Return the code to refuse an answer with, or None where it fits the paper."""
    return shape[item - 1].refusal(choice) if 1 <= item <= len(shape) else "unknown_item"


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
    return tuple(
        _item_shape(len(order), contents[version_id].kind == QuestionKind.SINGLE) for version_id, order in paper
    )


def paper_items(paper: Sequence[StoredItem]) -> list[dict[str, Any]]:
    """Return the paper as the contract shows it: places from 1, options at this attempt's own positions."""
    contents = _read(paper)
    return [
        {
            "item": place,
            "kind": contents[version_id].kind,
            "stem": contents[version_id].stem,
            "options": [
                {"option": position, "text": contents[version_id].options[canonical - 1]}
                for position, canonical in enumerate(order, start=1)
            ],
        }
        for place, (version_id, order) in enumerate(paper, start=1)
    ]


def _read(paper: Sequence[StoredItem]) -> dict[int, VersionContent]:
    warm(version_id for version_id, _ in paper)
    return {version_id: _contents[version_id] for version_id, _ in paper}
