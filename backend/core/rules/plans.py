"""A contest's rules and times as a file states them. Pure: it takes what was read, not the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from backend.core.rulebook import Rulebook
from backend.core.rules.boundaries import check_periods, closing, opening, weekly


@dataclass(frozen=True, slots=True)
class Period:
    """A round's half-open period, in UTC."""

    number: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A contest as announced: rules and rounds."""

    title: str
    rulebook: Rulebook
    rounds: tuple[Period, ...]

    @property
    def closes_at(self) -> datetime:
        return max(one.closes_at for one in self.rounds)


def read_plan(data: Mapping[str, Any], *, zone: tzinfo) -> Plan:
    """Read `title`, `rulebook` and `rounds`. Raises ValueError or TypeError for what is missing, unknown, impossible.

    `rounds` is a list of {opens, closes}, or {opens, closes, weeks} for one period repeated weekly.
    """
    unknown = set(data) - {"title", "rulebook", "rounds"}
    missing = {"title", "rulebook", "rounds"} - set(data)
    if unknown or missing:
        raise ValueError(f"a plan: unknown {sorted(unknown)}, missing {sorted(missing)}")
    if not isinstance(data["title"], str) or not data["title"].strip():
        raise ValueError("a plan has a title")
    if not isinstance(data["rulebook"], Mapping):
        raise ValueError("a plan has a rulebook")
    periods = _periods(data["rounds"], zone=zone)
    rounds = tuple(Period(number, *period) for number, period in enumerate(periods, start=1))
    return Plan(data["title"], Rulebook.from_json(data["rulebook"]), rounds)


def _periods(stated: Any, *, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    if isinstance(stated, Mapping):
        if set(stated) != {"opens", "closes", "weeks"} or not isinstance(stated["weeks"], int):
            raise ValueError("weekly rounds have opens, closes and a number of weeks")
        first = _period(stated, zone)
        return weekly(*first, count=stated["weeks"], zone=zone)
    if not isinstance(stated, list) or not stated:
        raise ValueError("a plan has at least one round")
    for one in stated:
        if not isinstance(one, Mapping) or set(one) != {"opens", "closes"}:
            raise ValueError("a round has opens and closes")
    periods = [_period(one, zone) for one in stated]
    check_periods(periods)
    return periods


def _period(stated: Mapping[str, Any], zone: tzinfo) -> tuple[datetime, datetime]:
    return opening(stated["opens"], zone=zone), closing(stated["closes"], zone=zone)
