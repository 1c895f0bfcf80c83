"""How many questions of which difficulty and topic every paper holds, as data. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from backend.core.drawing import Cell, overlaps
from backend.core.rules.parts import Part

DIFFICULTIES: Mapping[int, Part] = {
    1: Part("1", "dễ", "easy"),
    2: Part("2", "trung bình", "medium"),
    3: Part("3", "khó", "hard"),
}
_LONGEST_TOPIC = 40  # as the bank's keys of topics


@dataclass(frozen=True, slots=True)
class Quota:
    """A part of every paper: `count` questions of a topic, by its key, and a difficulty (1-3). None means any."""

    count: int
    topic: str | None = None
    difficulty: int | None = None

    @property
    def cell(self) -> Cell:
        """The quota as papers are drawn by it."""
        return Cell(self.topic, self.difficulty, self.count)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; what may be any is not written."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value is not None}

    def problem(self) -> str | None:
        """Say what is wrong with it, or None."""
        topic: object = self.topic
        if not _is_whole(self.count) or self.count < 1:
            return f"{self.count!r} questions: a number from 1 is wanted"
        if topic is not None and not (
            isinstance(topic, str) and topic.strip() and topic.isprintable() and len(topic) <= _LONGEST_TOPIC
        ):
            return f"no key of a topic: {topic!r}"
        if self.difficulty is not None and not (_is_whole(self.difficulty) and self.difficulty in DIFFICULTIES):
            return f"no difficulty: {self.difficulty!r}"
        return None

    def words(self, language: str, titles: Mapping[str, str]) -> str:
        """Say it as part of a sentence. `titles` are those of topics by key; a topic without one goes by its key."""
        english = language.startswith("en")
        level = "" if self.difficulty is None else DIFFICULTIES[self.difficulty].words(language)
        noun = ("question" if self.count == 1 else "questions") if english else "câu"
        about = "" if self.topic is None else f"{'on' if english else 'về'} “{titles.get(self.topic, self.topic)}”"
        anything = "" if level or about else ("of any kind" if english else "bất kỳ")
        kind = (level, noun) if english else (noun, level)
        return " ".join(word for word in (str(self.count), *kind, about, anything) if word)


def said(quotas: Sequence[Quota], *, language: str, titles: Mapping[str, str]) -> str:
    """Say quotas as a list in a sentence. Those of one topic in a row are summed up, with difficulties in brackets."""
    return ", ".join(_row(list(row), language, titles) for _, row in groupby(quotas, key=lambda one: one.topic))


def _row(row: Sequence[Quota], language: str, titles: Mapping[str, str]) -> str:
    if row[0].topic is None or len(row) == 1:
        return ", ".join(one.words(language, titles) for one in row)
    # Two quotas of one topic that do not overlap have a difficulty each.
    levels = [(one.count, DIFFICULTIES[one.difficulty].words(language)) for one in row if one.difficulty is not None]
    together = Quota(sum(one.count for one in row), row[0].topic).words(language, titles)
    return f"{together} ({', '.join(f'{count} {level}' for count, level in levels)})"


def quotas_problems(quotas: Any) -> list[str]:
    """Return one line for each quota that cannot be, or that could take a question which an earlier one takes."""
    if not isinstance(quotas, tuple) or not all(isinstance(one, Quota) for one in quotas):
        return ["not a list of quotas"]
    wrong = [problem for one in quotas if (problem := one.problem())]
    return wrong or _overlapping(quotas)


def _overlapping(quotas: Sequence[Quota]) -> list[str]:
    cells = overlaps([one.cell for one in quotas])
    return [f"{cell.place} could take a question that another quota takes" for cell in cells]


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
