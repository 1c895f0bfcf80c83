"""The live topics of rounds: what their names mean, and their present state built from PostgreSQL."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.contests.models import Round
from backend.contests.queries import get_round, is_result_shown
from backend.core.errors import NotFound
from backend.infra import ticks, valkey
from backend.infra.reading import one_snapshot
from backend.infra.ticks import Tick
from backend.participation.monitoring import monitor_figures
from backend.standings.boards import count_shown, find_board_unit, top_lines, totals_shape
from backend.standings.shown import Shown, find_shown
from backend.units.models import Unit

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = re.compile(rf"(?:round:(?P<round>{_UUID})(?::unit:(?P<unit>{_UUID}))?|monitor:(?P<monitor>{_UUID}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name taken apart. Monitors are for staff alone."""

    name: str
    round_uuid: UUID
    unit_uuid: UUID | None
    is_monitor: bool


def parse_topic(name: str) -> Topic | None:
    """Take a topic's name apart; None where it is none of ours."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    unit = UUID(match["unit"]) if match["unit"] else None
    return Topic(name, UUID(match["round"] or match["monitor"]), unit, match["monitor"] is not None)


def build_tick(topic: Topic, *, now: datetime) -> Tick | None:
    """Return the topic's present state; None where its round or unit does not exist."""
    try:
        one = get_round(uuid=topic.round_uuid)
        unit = find_board_unit(topic.unit_uuid) if topic.unit_uuid else None
    except NotFound:
        return None
    # Asked before the rows are read: a state of an older life is never passed off as one of the new.
    life = valkey.life_or_none()
    with one_snapshot() as stamp:
        if topic.is_monitor:
            epoch, data = ticks.epoch(one.contest.key_version, life), _json(monitor_figures(one, now=now))
        else:
            shown = find_shown(one, now=now)
            epoch = ticks.epoch(shown.key_version, life, turn=shown.turn)
            data = _board(one, unit, shown, is_shown=is_result_shown(one, now=now))
    return Tick(topic.name, epoch, stamp.version, min(stamp.as_of, now), data)


def _board(one: Round, unit: Unit | None, shown: Shown, *, is_shown: bool) -> dict[str, Any]:
    return {
        **totals_shape(count_shown(one, unit, shown), is_shown=is_shown),
        "frozen_at": shown.frozen_at.isoformat() if shown.frozen_at else None,
        "top": top_lines(one, unit, shown) if is_shown else [],
    }


def _json(figures: dict[str, Any]) -> dict[str, Any]:
    minutes = [{**one, "minute": one["minute"].isoformat()} for one in figures["submitted_per_minute"]]
    return {**figures, "submitted_per_minute": minutes}
