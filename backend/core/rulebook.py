"""The rulebook of a contest as data: explicit, printable, hashed. Pure. Its parts are listed in `rules.registry`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from backend.core.drawing import Cell
from backend.core.rules import registry
from backend.core.rules.checking import problems
from backend.core.rules.counting import Counting
from backend.core.rules.essays import Essay
from backend.core.rules.limits import Limit
from backend.core.rules.papers import PaperRule
from backend.core.rules.points import Scoring
from backend.core.rules.predictions import Prediction
from backend.core.rules.printing import printed
from backend.core.rules.prizes import Prize
from backend.core.rules.quotas import Quota
from backend.core.rules.showing import Showing

# 1: the first nine rules, all of them written. 2: others too, written where they differ from their default only, so
# that a rulebook which uses none of them is stored, and hashed, as it was under 1.
VERSION = 2
_FIRST = (
    "question_count",
    "duration_s",
    "attempts_per_round",
    "counts",
    "prediction",
    "ranking",
    "result_shown",
    "keys_shown",
    "profile_locked_after_first_attempt",
)
# Rules that are lists of records.
_RECORDS: Mapping[str, type[Prize] | type[Quota]] = {"prizes": Prize, "quotas": Quota}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the engine obeys. Durations in seconds; None means no time limit, no attempt limit, no prediction question.

    `question_count` and `quotas` are of the questions with a key: what every drawn paper holds; where there are no
    quotas the rounds' own blueprints say it. Essays come after them and count in points alone. `excluded` names teams,
    `outside` what the contest has beside the system (a final on a stage), in the organizers' own words.
    Raises ValueError, naming every rule that is unknown or impossible.
    """

    question_count: int = 20
    duration_s: int | None = 900
    attempts_per_round: int | None = 2
    counts: str = "best_then_earliest"
    prediction: str | None = "all_correct_people"
    ranking: tuple[str, ...] = ("correct", "prediction", "earliest")
    result_shown: str = "at_once"
    keys_shown: str = "after_round"
    profile_locked_after_first_attempt: bool = True
    paper: str = "drawn"
    kinds: tuple[str, ...] = ("single", "multiple")
    scoring: str = "all_or_nothing"
    attempts_per_contest: int | None = None
    attempts_per_week: int | None = None
    week: str = "calendar"
    attempts_per_day: int | None = None
    open_to: str = ""
    minimum_age: int | None = None
    excluded: tuple[str, ...] = ()
    prizes: tuple[Prize, ...] = ()
    outside: tuple[str, ...] = ()
    identity: str = "not_asked"
    quotas: tuple[Quota, ...] = ()
    essay: Essay | None = None

    def __post_init__(self) -> None:
        found = problems(self)
        if found:
            raise ValueError(f"unknown or impossible rules: {'; '.join(found)}")

    @property
    def duration(self) -> timedelta | None:
        return None if self.duration_s is None else timedelta(seconds=self.duration_s)

    @property
    def counting(self) -> Counting:
        return registry.COUNTINGS[self.counts]

    @property
    def paper_rule(self) -> PaperRule:
        return registry.PAPERS[self.paper]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """How every paper is composed; empty where the rules leave it to the rounds."""
        return tuple(one.cell for one in self.quotas)

    @property
    def scoring_rule(self) -> Scoring:
        return registry.SCORINGS[self.scoring]

    @property
    def has_points(self) -> bool:
        """Tell whether results keep points: more than the number of right answers tells."""
        return self.scoring_rule.has_part_marks or self.essay is not None

    @property
    def essay_count(self) -> int:
        """How many essays close every paper."""
        return 0 if self.essay is None else self.essay.count

    @property
    def prediction_rule(self) -> Prediction | None:
        return None if self.prediction is None else registry.PREDICTIONS[self.prediction]

    @property
    def result_showing(self) -> Showing:
        return registry.RESULTS_SHOWN[self.result_shown]

    @property
    def keys_showing(self) -> Showing:
        return registry.KEYS_SHOWN[self.keys_shown]

    @property
    def excluded_roles(self) -> frozenset[str]:
        """The staff roles whose holders may not take part."""
        return frozenset(role for name in self.excluded for role in registry.TEAMS[name].roles)

    @property
    def topics(self) -> frozenset[str]:
        """The topics that the rules name, by their key."""
        return frozenset(one.topic for one in self.quotas if one.topic is not None)

    @property
    def demands_identity(self) -> bool:
        """Tell whether nobody starts without having stated an identity number."""
        return self.identity == "number"

    @property
    def limits(self) -> tuple[Limit, ...]:
        """How many attempts a person may begin, from the narrowest span to the widest."""
        counts = {
            "day": self.attempts_per_day,
            "week": self.attempts_per_week if self.week == "calendar" else None,
            "round": _least(self.attempts_per_round, self.attempts_per_week if self.week == "round" else None),
            "contest": self.attempts_per_contest,
        }
        return tuple(Limit(registry.SPANS[name], count) for name, count in counts.items() if count is not None)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, as stored."""
        first = {name: _plain(getattr(self, name)) for name in _FIRST}
        more = {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if field.name not in _FIRST and getattr(self, field.name) != field.default
        }
        return {**first, **more, "version": VERSION} if more else first

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rulebook":
        """Read what `to_json` wrote. Raises TypeError for an unknown rule, ValueError for an impossible one."""
        rules = dict(data)
        if rules.pop("version", 1) not in range(1, VERSION + 1):
            raise ValueError(f"version {data['version']!r} of rulebooks is not known")
        for name in ("ranking", "kinds", "excluded", "outside", "prizes", "quotas"):
            if name in rules and isinstance(rules[name], list):
                rules[name] = tuple(rules[name])
        for name, kind in _RECORDS.items():
            if isinstance(rules.get(name), tuple):
                rules[name] = tuple(kind(**one) if isinstance(one, Mapping) else one for one in rules[name])
        if isinstance(rules.get("essay"), Mapping):
            rules["essay"] = Essay(**rules["essay"])
        return cls(**rules)

    def canonical(self) -> bytes:
        """Return the canonical JSON in UTF-8: keys sorted, no spaces, no end of line."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON, the hash printed under the rules."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def lines(self, language: str = "vi", *, titles: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """Say the rules in plain words, one sentence each, in the order a person meets them.

        `titles` are those of topics by their key, for rules that name topics; `topics` tells which.
        """
        return printed(self, language, titles)


def _least(*counts: int | None) -> int | None:
    return min((count for count in counts if count is not None), default=None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.to_json() if isinstance(value, Prize | Quota | Essay) else value
