"""Draw one person's paper from a blueprint and a seed. Pure: the same seed gives the same paper for ever."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cell:
    """How many questions a paper takes of one topic and one difficulty (1-3). None means any."""

    topic: str | None
    difficulty: int | None
    count: int

    @property
    def place(self) -> str:
        """Name topic and difficulty in a line that tells what is wrong."""
        return f"{self.topic or '*'} ({self.difficulty or '*'})"

    def takes(self, candidate: "Candidate") -> bool:
        """Tell whether the cell may hold this question. Essays are of no cell: they are counted apart."""
        fits = self.topic in (None, candidate.topic) and self.difficulty in (None, candidate.difficulty)
        return fits and not candidate.is_essay

    def overlaps(self, other: "Cell") -> bool:
        """Tell whether there can be a question that both take."""
        return _meet(self.topic, other.topic) and _meet(self.difficulty, other.difficulty)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question version that may be drawn. `option_count` is the number of its options, 0 where words are wanted."""

    version_id: int
    topic: str
    difficulty: int
    option_count: int
    is_essay: bool = False


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One place of a paper. `order[p - 1]` is the canonical option shown at position p (both from 1)."""

    version_id: int
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cell of the blueprint that the candidates cannot fill."""

    cell: Cell
    available: int


def shortages(blueprint: Sequence[Cell], candidates: Sequence[Candidate]) -> list[Shortage]:
    """Return the cells that cannot be filled; empty means every draw succeeds."""
    found: list[Shortage] = []
    for cell in blueprint:
        available = sum(cell.takes(one) for one in candidates)
        if available < cell.count:
            found.append(Shortage(cell, available))
    return found


def draw(
    *, seed: int, blueprint: Sequence[Cell], candidates: Sequence[Candidate], essay_count: int = 0
) -> tuple[PaperItem, ...]:
    """Draw a paper: `count` questions a cell, the whole shuffled, every question's options shuffled; then the essays.

    Raises ValueError where a cell cannot be filled, or essays are missing: `shortages` is to be asked before a round
    opens. Cells that `overlaps` names could draw a question twice and are refused there as well.
    """
    # The seed comes from a secure source; what follows must be repeatable, not secret.
    rng = random.Random(seed)  # noqa: S311
    by_topic = _by_topic(candidates)
    drawn: list[Candidate] = []
    for cell in blueprint:
        matching = [one for one in by_topic.get(cell.topic, ()) if cell.takes(one)]
        if len(matching) < cell.count:
            raise ValueError(f"{cell} has {len(matching)} candidates")
        drawn += _shuffled(matching, rng)[: cell.count]
    closed = tuple(_item(one, rng) for one in _shuffled(drawn, rng))
    # Last of all: what is drawn before stays what it was before there were essays.
    essays = [one for one in by_topic[None] if one.is_essay]
    if len(essays) < essay_count:
        raise ValueError(f"{essay_count} essays are wanted, there are {len(essays)}")
    return closed + tuple(_item(one, rng) for one in _shuffled(essays, rng)[:essay_count])


def arrange(*, seed: int, candidates: Sequence[Candidate], essay_count: int = 0) -> tuple[PaperItem, ...]:
    """Make a paper of all candidates in the order given, essays last: one fixed set, every question's options shuffled.

    Raises ValueError where the set has more or fewer essays than are wanted.
    """
    essays = [one for one in candidates if one.is_essay]
    if len(essays) != essay_count:
        raise ValueError(f"{essay_count} essays are wanted, the set has {len(essays)}")
    rng = random.Random(seed)  # noqa: S311  # as in `draw`
    return tuple(_item(one, rng) for one in [*(one for one in candidates if not one.is_essay), *essays])


def overlaps(blueprint: Sequence[Cell]) -> list[Cell]:
    """Return the cells that could take a question which an earlier cell takes too."""
    return [cell for index, cell in enumerate(blueprint) if any(cell.overlaps(before) for before in blueprint[:index])]


def _meet(one: str | int | None, other: str | int | None) -> bool:
    return one == other or None in (one, other)


def _item(candidate: Candidate, rng: random.Random) -> PaperItem:
    return PaperItem(candidate.version_id, tuple(_shuffled(range(1, candidate.option_count + 1), rng)))


def _by_topic(candidates: Sequence[Candidate]) -> dict[str | None, list[Candidate]]:
    """Sort once for all cells: papers are drawn by the ten thousand before a round opens. None holds every topic."""
    # The caller's order must not change the draw.
    everything = sorted(candidates, key=lambda c: c.version_id)
    found: dict[str | None, list[Candidate]] = {None: everything}
    for one in everything:
        found.setdefault(one.topic, []).append(one)
    return found


def _shuffled(values: Sequence[T], rng: random.Random) -> list[T]:
    """Fisher-Yates on `random()`, the one method whose sequence Python promises to keep between versions."""
    out = list(values)
    for i in range(len(out) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        out[i], out[j] = out[j], out[i]
    return out
