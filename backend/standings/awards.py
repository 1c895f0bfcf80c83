"""Who receives which prize of a round: the board and the counts as stored, given by the rules of `core.rules.prizes`.

However many people are tied, a bounded number of lines is read; the rest is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone

from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.rulebook import Rulebook
from backend.core.rules.prizes import TO_UNIT, Prize, PrizeTable, Turnout, award_units
from backend.core.rules.registry import UNIT_MEASURES
from backend.participation.queries import Scope
from backend.standings.models import Edition
from backend.standings.ordering import Board
from backend.standings.queries import Line, board_of, count_lines, find_line, find_tied_at, list_lines
from backend.standings.turnouts import list_turnouts

# So many lines are read for all prizes together. Receivers beyond them are counted; the board lists everybody.
MOST_LINES = 500
# Of those tied over the last prize so many may be named.
TIED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Tie:
    """People tied over fewer places of a prize than they are: nobody decides between them here.

    `places` are the places of the prize they are tied over, `lines` as many of them as were read.
    """

    rank: int
    count: int
    places: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PersonAward:
    """A prize for persons: who receives it, as many as were read and how many in all, and who is tied over it."""

    prize: Prize
    receivers: tuple[Line, ...]
    receiver_count: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class UnitAward:
    """A prize for a unit: the one that receives it, or those tied over it.

    Neither where nobody took part, or where a share is asked for and no headcount is stated. `left_out` is how many
    units took part and have no figure to be compared by.
    """

    prize: Prize
    receiver: Turnout | None
    tied: tuple[Turnout, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Awards:
    """The prizes of a round in the order of the rulebook; both empty where it names none."""

    persons: tuple[PersonAward, ...]
    units: tuple[UnitAward, ...]


def awards_of(one: Round, *, final: bool, key_version: int | None = None, edition: Edition | None = None) -> Awards:
    """Return who receives what; call it in the snapshot in which it is read.

    `key_version` None is the one in force, `edition` None the live board and counts.
    """
    rules = rulebook_of(one.contest)
    board = board_of(one, final=final, key_version=key_version, edition=edition)
    scope = Scope(one.contest_id, one.pk, board.key_version)
    units = _award_units(rules, scope, on=_last_day(one), edition=edition)
    return Awards(_award_persons(PrizeTable.of(rules.prizes), board), units)


def find_stake(one: Round, *, final: bool, person_id: int) -> dict[str, Any] | None:
    """Return what a person's line of the live board may receive, as `stake_shape` tells it; None without a prize."""
    table = PrizeTable.of(rulebook_of(one.contest).prizes)
    board = board_of(one, final=final)
    line = find_line(board, person_id=person_id) if table.prizes else None
    if line is None or line.rank > table.last_place:
        return None
    tied = find_tied_at(board, line.rank)
    return stake_shape(table, tied) if tied else None


def stake_shape(table: PrizeTable, tied: range) -> dict[str, Any]:
    """Return what somebody may receive who is tied over these places, the first of which has a prize."""
    reached = table.reached(tied.start, tied.stop - 1)
    return {
        "prizes": [prize.name for prize in table.prizes[reached.start : reached.stop]],
        "is_undecided": len(reached) > 1,
        "may_be_none": reached.stop > len(table.prizes),
        "tied": len(tied),
    }


def unit_prizes_without(one: Round, *, unit_ids: Mapping[str, int | None]) -> list[str]:
    """Name the units' prizes that would fall otherwise if somebody of these units, by facet, had not taken part."""
    rules, scope = rulebook_of(one.contest), Scope.of(one)
    groups, on = {prize.among for prize in rules.prizes if prize.to == TO_UNIT}, _last_day(one)
    before, after = (
        award_units(rules.prizes, list_turnouts(scope, groups=groups, on=on, without=without), UNIT_MEASURES)
        for without in ({}, unit_ids)
    )
    return [old.prize for old, new in zip(before, after, strict=True) if old != new]


def _award_persons(table: PrizeTable, board: Board) -> tuple[PersonAward, ...]:
    if not table.prizes:
        return ()
    page = list_lines(board, limit=min(table.last_place + TIED_SHOWN, MOST_LINES))
    tied = [range(rank, rank + len(list(lines))) for rank, lines in groupby(line.rank for line in page.lines)]
    people = len(page.lines)
    if page.next is not None:
        tied = _with_those_beyond(table, board, tied)
        people = table.last_place if table.last_place <= MOST_LINES else count_lines(board)
    return tuple(_award(table, index, tied, page.lines, people=people) for index in range(len(table.prizes)))


def _with_those_beyond(table: PrizeTable, board: Board, tied: list[range]) -> list[range]:
    """Tell how far the last ones that were read are tied, and who is tied over the end of a prize after them."""
    found = tied[:-1]
    ends = [first - 1 for first in table.firsts[1:]]
    for place in sorted({tied[-1].start, *ends}):
        if found and place < found[-1].stop:
            continue
        group = find_tied_at(board, place)
        if group is None:
            break
        found.append(group)
    return found


def _award(table: PrizeTable, index: int, tied: Sequence[range], lines: Sequence[Line], *, people: int) -> PersonAward:
    prize, places = table.prizes[index], range(table.firsts[index], table.firsts[index + 1])
    reached = {group.start: table.reached(group.start, group.stop - 1) for group in tied}
    ties = tuple(
        Tie(
            rank=group.start,
            count=len(group),
            places=min(group.stop, places.stop) - max(group.start, places.start),
            lines=tuple(line for line in lines if line.rank == group.start),
        )
        for group in tied
        if index in reached[group.start] and len(reached[group.start]) > 1
    )
    taken = len(range(places.start, min(places.stop, people + 1)))
    return PersonAward(
        prize=prize,
        receivers=tuple(line for line in lines if reached[line.rank] == range(index, index + 1)),
        receiver_count=taken - sum(tie.places for tie in ties),
        ties=ties,
    )


def _last_day(one: Round) -> date:
    """Return the day on which the round closes, where the contest is held."""
    return timezone.localdate(one.closes_at)


def _award_units(rules: Rulebook, scope: Scope, *, on: date, edition: Edition | None) -> tuple[UnitAward, ...]:
    prizes = [prize for prize in rules.prizes if prize.to == TO_UNIT]
    turnouts = list_turnouts(scope, groups={prize.among for prize in prizes}, on=on, edition=edition)
    known = {turnout.unit: turnout for turnout in turnouts}
    awards = award_units(prizes, turnouts, UNIT_MEASURES)
    return tuple(
        UnitAward(
            prize,
            next((known[unit] for unit in award.to), None),
            tuple(known[unit] for unit in award.undecided),
            _left_out(prize, turnouts),
        )
        for prize, award in zip(prizes, awards, strict=True)
    )


def _left_out(prize: Prize, turnouts: Sequence[Turnout]) -> int:
    measure = UNIT_MEASURES[prize.by or ""]
    return sum(one.people > 0 and measure.of(one) is None for one in turnouts if one.group == prize.among)
