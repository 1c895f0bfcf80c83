"""Assemble the prizes of a round as organizers see them: who receives what, who has to draw lots. Names are masked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from backend.contests.models import Round
from backend.core.rules.prizes import Turnout
from backend.infra.reading import one_snapshot
from backend.standings.awards import TIED_SHOWN, Awards, PersonAward, Tie, UnitAward, awards_of
from backend.standings.queries import Line
from backend.standings.shown import find_shown, list_published
from backend.units.models import Unit
from backend.units.shapes import UnitShape, unit_outputs

# A million lines may have to be counted; organizers wait for it knowingly.
TIMEOUT_S = 55


def describe_awards(one: Round, *, now: datetime) -> dict[str, Any]:
    """Return the prizes of the edition published last; before one, as the live board has them just now."""
    with one_snapshot(timeout_s=TIMEOUT_S) as stamp:
        one.contest.refresh_from_db(fields=["key_version"])
        shown = find_shown(one, now=now, live=True)
        published = next(iter(list_published(one)), None) if shown.published else None
        is_final = published.is_final if published else shown.is_final
        awards = awards_of(one, final=is_final, edition=published)
        units = _units(awards)
    return {
        "as_of": published.cut_at if published else min(stamp.as_of, now),
        "final": is_final,
        "edition": published.number if published else None,
        "persons": [_person_award_shape(award) for award in awards.persons],
        "units": [_unit_award_shape(award, units) for award in awards.units],
    }


def _units(awards: Awards) -> dict[str, UnitShape]:
    turnouts = [turnout for award in awards.units for turnout in _named(award)]
    shapes = unit_outputs(Unit.objects.in_bulk([int(turnout.unit) for turnout in turnouts]).values())
    return {str(pk): shape for pk, shape in shapes.items()}


def _named(award: UnitAward) -> list[Turnout]:
    return [*([award.receiver] if award.receiver else []), *award.tied[:TIED_SHOWN]]


def _person_award_shape(award: PersonAward) -> dict[str, Any]:
    prize = award.prize
    return {
        "prize": prize.name,
        "count": prize.count,
        "amount_vnd": prize.amount_vnd,
        "receivers": _line_shapes(award.receivers),
        "receiver_count": award.receiver_count,
        "ties": [_tie_shape(tie) for tie in award.ties],
    }


def _tie_shape(tie: Tie) -> dict[str, Any]:
    return {
        "rank": tie.rank,
        "count": tie.count,
        "places": tie.places,
        "people": _line_shapes(tie.lines[:TIED_SHOWN]),
    }


def _line_shapes(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "rank": line.rank,
            "name": line.name,
            "unit_name": line.unit_name,
            "correct_count": line.correct_count,
            "item_count": line.item_count,
        }
        for line in lines
    ]


def _unit_award_shape(award: UnitAward, units: dict[str, UnitShape]) -> dict[str, Any]:
    prize = award.prize
    return {
        "prize": prize.name,
        "amount_vnd": prize.amount_vnd,
        "by": prize.by,
        "among": prize.among,
        "place": prize.place,
        "receiver": _turnout_shape(award.receiver, units) if award.receiver else None,
        "left_out": award.left_out,
        "tied_count": len(award.tied),
        "tied": [_turnout_shape(turnout, units) for turnout in award.tied[:TIED_SHOWN]],
    }


def _turnout_shape(turnout: Turnout, units: dict[str, UnitShape]) -> dict[str, Any]:
    return {"unit": units[turnout.unit], "people": turnout.people, "headcount": turnout.headcount}
