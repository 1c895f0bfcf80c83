"""Prizes as data, and who they fall to. Pure. Where a tie straddles the last prize nobody decides here: it is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.core.rules.entries import Placing
from backend.core.rules.parts import Part
from backend.core.text import vi_number

TO_PERSON, TO_UNIT = "person", "unit"


@dataclass(frozen=True, slots=True)
class Prize:
    """One line of the prize table, given once a round.

    For persons, prizes follow each other down the ranking. For units `by` names what is compared and `place` which
    rank of it receives the prize.
    """

    name: str
    count: int = 1
    amount_vnd: int | None = None
    to: str = TO_PERSON
    by: str | None = None
    place: int | None = None

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
        if self.to == TO_UNIT and (self.by not in measures or self.place is None or self.count != 1):
            return f"{self.name}: a unit's prize wants one receiver, a place and a measure, not {self.by}"
        if self.to == TO_PERSON and (self.by is not None or self.place is not None):
            return f"{self.name}: persons' prizes follow the ranking"
        return None

    def words(self, measures: Mapping[str, Part], language: str) -> str:
        english = language.startswith("en")
        amount = "" if self.amount_vnd is None else f" ({vi_number(self.amount_vnd)} {'dong' if english else 'đồng'})"
        if self.to == TO_UNIT and self.by is not None:
            link = "place {} by" if english else "hạng {} về"
            return f"{self.name}{amount}: {link.format(self.place)} {measures[self.by].words(language)}"
        return f"{self.count} {self.name}{amount}"


@dataclass(frozen=True, slots=True)
class Turnout:
    """What a unit brought together. `headcount` None means nobody stated it: such a unit has no share."""

    unit: str
    people: int
    headcount: int | None = None


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
        """Return the figure, higher is better; None where it cannot be told."""
        if not self.share:
            return Fraction(turnout.people)
        return Fraction(turnout.people, turnout.headcount) if turnout.headcount else None


BY_PEOPLE = UnitMeasure("people", "số người dự thi", "the number of people")
BY_SHARE = UnitMeasure("share", "tỷ lệ người dự thi trên tổng số thành viên", "people out of all members", share=True)


def award_persons(prizes: Iterable[Prize], placings: Sequence[Placing]) -> list[Award]:
    """Give persons' prizes down the ranking. Tied people beyond what a prize has left stay undecided for it."""
    awards: list[Award] = []
    first = 1
    for prize in prizes:
        if prize.to != TO_PERSON:
            continue
        last = first + prize.count - 1
        at_edges = {p.rank for p in placings if p.rank <= last and _last_of(p, placings) > last}
        at_edges |= {p.rank for p in placings if p.rank < first <= _last_of(p, placings)}
        within = [p for p in placings if p.rank <= last and _last_of(p, placings) >= first]
        awards.append(
            Award(
                prize.name,
                tuple(str(p.entry_id) for p in within if p.rank not in at_edges),
                tuple(str(p.entry_id) for p in within if p.rank in at_edges),
            )
        )
        first = last + 1
    return awards


def award_units(
    prizes: Iterable[Prize], turnouts: Sequence[Turnout], measures: Mapping[str, UnitMeasure]
) -> list[Award]:
    """Give units' prizes by their own measure; units tied at the place stay undecided."""
    awards: list[Award] = []
    for prize in prizes:
        if prize.to != TO_UNIT or prize.by is None or prize.place is None:
            continue
        measure = measures[prize.by]
        figures = {t.unit: figure for t in turnouts if (figure := measure.of(t)) is not None}
        ranks = {unit: 1 + sum(other > figure for other in figures.values()) for unit, figure in figures.items()}
        found = tuple(sorted(unit for unit, rank in ranks.items() if _covers(rank, ranks, prize.place)))
        awards.append(Award(prize.name, found) if len(found) == 1 else Award(prize.name, (), found))
    return awards


def _last_of(placing: Placing, placings: Sequence[Placing]) -> int:
    """Return the last place that the entries tied with this one take up."""
    return placing.rank + sum(other.rank == placing.rank for other in placings) - 1


def _covers(rank: int, ranks: Mapping[str, int], place: int) -> bool:
    return rank <= place < rank + sum(other == rank for other in ranks.values())
