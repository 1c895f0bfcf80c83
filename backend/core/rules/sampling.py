"""Invent sittings for a preview. Pure: the same seed invents the same, some of them against the rules."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from backend.core.rulebook import Rulebook
from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Player, Sitting
from backend.core.rules.registry import TEAMS
from backend.core.scoring import KeyedItem

_UNTIMED = timedelta(minutes=20)
_OPTIONS = (1, 2, 3, 4)
_AGES = (10, 17, 35, 70)
_SKILLS = (0.5, 0.8, 0.95, 1.0)


def sample_paper(rules: Rulebook) -> tuple[KeyedItem, ...]:
    """Return a paper of four options an item; every third item has two keys where the rules allow it."""
    multiple, single = "multiple" in rules.kinds, "single" in rules.kinds
    return tuple(
        KeyedItem(item, _OPTIONS, frozenset({1, 3}) if multiple and (not single or item % 3 == 0) else frozenset({2}))
        for item in range(1, rules.question_count + 1)
    )


def sample_sittings(
    plan: Plan, *, count: int, paper: Sequence[KeyedItem], seed: int, language: str = "vi"
) -> list[Sitting]:
    """Return `count` sittings over the rounds: few people, so that limits are met, some too young, some too late.

    The language names the people and changes nothing else.
    """
    rng = random.Random(seed)  # noqa: S311  # a preview has to be repeatable, not secret
    players = _players(rng, plan, count=max(2, count // 3), called="Person" if language == "en" else "Người")
    return [_sitting(rng, plan.rulebook, rng.choice(plan.rounds), rng.choice(players), paper) for _ in range(count)]


def _players(rng: random.Random, plan: Plan, *, count: int, called: str) -> list[Player]:
    year = plan.closes_at.year
    players = [
        # Every seventh has stated no identity number.
        Player(f"{called} {number}", born_on=date(year - rng.choice(_AGES), 1, 1), has_identity=number % 7 != 0)
        for number in range(1, count + 1)
    ]
    excluded = [
        Player(TEAMS[name].vi, TEAMS[name].roles, date(year - 40, 1, 1), True) for name in plan.rulebook.excluded
    ]
    return players + excluded


def _sitting(
    rng: random.Random, rules: Rulebook, period: Period, player: Player, paper: Sequence[KeyedItem]
) -> Sitting:
    # A twentieth comes after the close.
    started_at = period.opens_at + (period.closes_at - period.opens_at) * (rng.random() * 1.05)
    skill = rng.choice(_SKILLS)
    return Sitting(
        player,
        started_at,
        started_at + (rules.duration or _UNTIMED) * (0.3 + 0.6 * rng.random()),
        {one.item: sorted(one.key) if rng.random() < skill else [4] for one in paper},
        None if rules.prediction_rule is None else rules.prediction_rule.written(_guess(rng, rules)),
    )


def _guess(rng: random.Random, rules: Rulebook) -> int:
    most = rules.prediction_rule.most if rules.prediction_rule and rules.prediction_rule.decimals else 30
    return int(rng.random() * (most + 1))
