"""I3 for words: short texts marked by the crowd's own table, essays by nobody. Pure.

The recomputation of scores knows options alone: a short text becomes one option, pressed where the text is right.
"""

from collections.abc import Mapping
from typing import NamedTuple

from backend.core.scoring import POINTS_PER_ITEM
from backend.rehearsal.journal import Reply
from backend.rehearsal.rows import AttemptRow, Snapshot
from tests.faults.load.words import is_right

_PRESSED: Reply = (1,)


class Words(NamedTuple):
    """The questions of a contest that are answered in words, by version: what is right now; and those nobody marks."""

    accepted: Mapping[int, tuple[str, ...]]
    essays: frozenset[int]


def mark(snapshot: Snapshot, words: Words) -> None:
    """Put options in the place of short texts and leave essays out of papers, whose answers nobody then asks for."""
    snapshot.keys |= {version_id: frozenset({1}) for version_id in words.accepted}
    for number, attempt in enumerate(snapshot.attempts):
        snapshot.attempts[number], snapshot.answers[attempt.id] = _marked(
            attempt, snapshot.answers.get(attempt.id, {}), words
        )


def find_wrong_points(snapshot: Snapshot, words: Words) -> list[str]:
    """Where a paper has essays results keep points: what the right answers are worth, while no mark has entered."""
    worth = POINTS_PER_ITEM if words.essays else None
    return [
        f"attempt {one.attempt_id}: {one.points} points for {one.correct_count} right answers"
        for one in snapshot.results_in_force
        if one.points != (None if worth is None else worth * one.correct_count)
    ]


def _marked(
    attempt: AttemptRow, answers: Mapping[int, tuple[int, Reply]], words: Words
) -> tuple[AttemptRow, dict[int, tuple[int, Reply]]]:
    places = {item: version_id for item, (version_id, _) in enumerate(attempt.paper, start=1)}
    keyed = [line for line in attempt.paper if line[0] not in words.essays]
    assert keyed == attempt.paper[: len(keyed)], "an essay stands before a question with a key"
    paper = [[version_id, [1] if version_id in words.accepted else order] for version_id, order in keyed]
    marked: dict[int, tuple[int, Reply]] = {}
    for item, (seq, reply) in answers.items():
        right = words.accepted.get(places[item])
        if right is None:
            marked[item] = (seq, reply)
        elif isinstance(reply, str) and is_right(reply, right):
            marked[item] = (seq, _PRESSED)
    return attempt._replace(paper=paper), marked
