"""Prizes as data, and who they fall to. Pure. Where a tie straddles the last prize nobody decides here: it is told."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from backend.core.rules.entries import Placing
from backend.core.rules.parts import Part, table
from backend.core.text import vi_number

TO_PERSON, TO_UNIT = "person", "unit"
# Which units a unit's prize is given among. Counts are never summed across them, so neither are prizes.
WARDS = Part("territory", "phường, xã", "wards and communes")
UNIT_GROUPS = table(
    WARDS,
    Part("party", "tổ chức Đảng", "Party organizations"),
    Part("workplace", "cơ quan, đoàn thể", "workplaces and associations"),
)


@dataclass(frozen=True, slots=True)
class Prize:
    """One line of the prize table, given once a round.

    For persons, prizes follow each other down the ranking. For units `by` names what is compared, `place` which rank of
    it receives the prize, and `among` which units compete for it.
    """

    name: str
    count: int = 1
    amount_vnd: int | None = None
    to: str = TO_PERSON
    by: str | None = None
    place: int | None = None
    among: str = WARDS.name

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; what is left at its default is not written."""
        values = {name: getattr(self, name) for name in self.__slots__}
        default = Prize(self.name)
        return {name: value for name, value in values.items() if name == "name" or value != getattr(default, name)}

    def problem(self, measures: Mapping[str, Part]) -> str | None:
        """Say what is wrong with it, or None. `measures` are the known ways to compare units."""
        counts: tuple[object, ...] = (self.count, *(n for n in (self.amount_vnd, self.place) if n is not None))
        name: object = self.name
        if not isinstance(name, str) or not name.strip():
            return "a prize has no name"
        if not all(isinstance(v, int) and not isinstance(v, bool) and v >= 1 for v in counts):
            return f"{self.name}: numbers from 1 are wanted"
        if self.to not in (TO_PERSON, TO_UNIT):
            return f"{self.name}: nobody is called {self.to}"
        return self._problem_of_units(measures) if self.to == TO_UNIT else self._problem_of_persons()

    def _problem_of_persons(self) -> str | None:
        is_plain = self.by is None and self.place is None and self.among == WARDS.name
        return None if is_plain else f"{self.name}: persons' prizes follow the ranking"

    def _problem_of_units(self, measures: Mapping[str, Part]) -> str | None:
        if self.by not in measures or self.place is None or self.count != 1:
            return f"{self.name}: a unit's prize wants one receiver, a place and a measure, not {self.by}"
        among: object = self.among
        is_known = isinstance(among, str) and among in UNIT_GROUPS
        return None if is_known else f"{self.name}: no units are called {self.among}"

    def words(self, measures: Mapping[str, Part], language: str) -> str:
        english = language.startswith("en")
        amount = "" if self.amount_vnd is None else f" ({vi_number(self.amount_vnd)} {'dong' if english else 'đồng'})"
        condition = self.condition(measures, language)
        return f"{self.count} {self.name}{amount}" if condition is None else f"{self.name}{amount}: {condition}"

    def condition(self, measures: Mapping[str, Part], language: str) -> str | None:
        """Say which unit receives it; None for a person's prize, which follows the ranking."""
        if self.to != TO_UNIT or self.by is None:
            return None
        link = "place {} by {} ({})" if language.startswith("en") else "hạng {} về {} ({})"
        return link.format(self.place, measures[self.by].words(language), UNIT_GROUPS[self.among].words(language))


@dataclass(frozen=True, slots=True)
class Turnout:
    """What a unit brought together. `headcount` None means nobody stated it: such a unit has no share."""

    unit: str
    people: int
    headcount: int | None = None
    group: str = WARDS.name


@dataclass(frozen=True, slots=True)
class Award:
    """A prize and whom it falls to. `undecided` are those tied over fewer prizes than they are: the organizers draw."""

    prize: str
    to: tuple[str, ...]
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMeasure(Part):
    """What units are compared by."""

    share: bool = False

    def of(self, turnout: Turnout) -> Fraction | None:
        """Return the figure, higher is better; None where it cannot be told, or where nobody took part."""
        if not turnout.people:
            return None
        if not self.share:
            return Fraction(turnout.people)
        return Fraction(turnout.people, turnout.headcount) if turnout.headcount else None


BY_PEOPLE = UnitMeasure("people", "số người dự thi", "the number of people")
BY_SHARE = UnitMeasure("share", "tỷ lệ người dự thi trên tổng số thành viên", "people out of all members", share=True)


@dataclass(frozen=True, slots=True)
class PrizeTable:
    """The persons' prizes laid along the places of the ranking.

    `firsts` are the first places of each prize, ascending from 1, and last the first place that has none.
    """

    prizes: tuple[Prize, ...]
    firsts: tuple[int, ...]

    @classmethod
    def of(cls, prizes: Iterable[Prize]) -> "PrizeTable":
        """Lay out the prizes of a rulebook; those of units are left out."""
        own = tuple(prize for prize in prizes if prize.to == TO_PERSON)
        return cls(own, tuple(accumulate((prize.count for prize in own), initial=1)))

    @property
    def last_place(self) -> int:
        """The last place with a prize; 0 where there are none."""
        return self.firsts[-1] - 1

    def index_at(self, place: int) -> int:
        """Return the index of the prize of a place; the number of prizes where it has none."""
        return bisect_right(self.firsts, place) - 1

    def reached(self, first: int, last: int) -> range:
        """Return the indexes of the prizes that those tied over these places may receive.

        One: all of them receive it. More: nobody decides here. The index after the last prize stands for none at all.
        """
        index = self.index_at(first)
        return range(index, self.index_at(last) + 1) if index < len(self.prizes) else range(0)


def award_persons(prizes: Iterable[Prize], placings: Sequence[Placing]) -> list[Award]:
    """Give persons' prizes down the ranking. Tied people beyond what a prize has left stay undecided for it."""
    laid = PrizeTable.of(prizes)
    tied = Counter(placing.rank for placing in placings)
    to: list[list[str]] = [[] for _ in laid.firsts]
    undecided: list[list[str]] = [[] for _ in laid.firsts]
    for placing in placings:
        reached = laid.reached(placing.rank, placing.rank + tied[placing.rank] - 1)
        for index in reached:
            (to if len(reached) == 1 else undecided)[index].append(str(placing.entry_id))
    return [
        Award(prize.name, tuple(given), tuple(open_to))
        for prize, given, open_to in zip(laid.prizes, to, undecided, strict=False)
    ]


def award_units(
    prizes: Iterable[Prize], turnouts: Sequence[Turnout], measures: Mapping[str, UnitMeasure]
) -> list[Award]:
    """Give units' prizes by their own measure among their own group; units tied at the place stay undecided."""
    awards: list[Award] = []
    for prize in prizes:
        if prize.to != TO_UNIT or prize.by is None or prize.place is None:
            continue
        measure = measures[prize.by]
        among = [turnout for turnout in turnouts if turnout.group == prize.among]
        found = _at_place({t.unit: figure for t in among if (figure := measure.of(t)) is not None}, prize.place)
        awards.append(Award(prize.name, found) if len(found) == 1 else Award(prize.name, (), found))
    return awards


def _at_place(figures: Mapping[str, Fraction], place: int) -> tuple[str, ...]:
    """Return who stands at a place, in order of name: those tied over it where nobody stands there alone."""
    ascending = sorted(figures.values())
    if place > len(ascending):
        return ()
    return tuple(sorted(unit for unit, figure in figures.items() if figure == ascending[-place]))
