"""Invent sittings for a preview. Pure: the same seed invents the same, some of them against the rules."""

import random
from datetime import date, timedelta

from backend.core.rulebook import Rulebook
from backend.core.rules.essays import MARK_STEP
from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Paper, Player, Sitting
from backend.core.rules.registry import TEAMS
from backend.core.scoring import Answer, KeyedItem, WrittenItem

_UNTIMED = timedelta(minutes=20)
_OPTIONS = (1, 2, 3, 4)
_AGES = (10, 17, 35, 70)
_SKILLS = (0.5, 0.8, 0.95, 1.0)


def sample_paper(rules: Rulebook) -> tuple[KeyedItem | WrittenItem, ...]:
    """Return a paper of four options an item, its essays left out.

    Every third item has two keys and every fifth is written, where the rules allow it.
    """
    return tuple(_item(rules, item) for item in range(1, rules.question_count + 1))


def _item(rules: Rulebook, item: int) -> KeyedItem | WrittenItem:
    multiple, single = "multiple" in rules.kinds, "single" in rules.kinds
    if "short_text" in rules.kinds and (item % 5 == 0 or not (multiple or single)):
        return WrittenItem(item, (f"Câu {item}",))
    return KeyedItem(
        item, _OPTIONS, frozenset({1, 3}) if multiple and (not single or item % 3 == 0) else frozenset({2})
    )


def sample_sittings(plan: Plan, *, count: int, paper: Paper, seed: int, language: str = "vi") -> list[Sitting]:
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


def _sitting(rng: random.Random, rules: Rulebook, period: Period, player: Player, paper: Paper) -> Sitting:
    # A twentieth comes after the close.
    started_at = period.opens_at + (period.closes_at - period.opens_at) * (rng.random() * 1.05)
    skill = rng.choice(_SKILLS)
    return Sitting(
        player,
        started_at,
        started_at + (rules.duration or _UNTIMED) * (0.3 + 0.6 * rng.random()),
        {one.item: _answer(one, is_right=rng.random() < skill) for one in paper},
        None if rules.prediction_rule is None else rules.prediction_rule.written(_guess(rng, rules)),
        _essay_points(rng, rules),
    )


def _answer(one: KeyedItem | WrittenItem, *, is_right: bool) -> Answer:
    """Answer by the key or beside it; what is written right is written in another case."""
    if isinstance(one, WrittenItem):
        return one.accepted[0].upper() if is_right else "?"
    return sorted(one.key) if is_right else [4]


def _essay_points(rng: random.Random, rules: Rulebook) -> int:
    """Mark every essay, in steps of a mark."""
    if rules.essay is None:
        return 0
    steps = rules.essay.most // MARK_STEP
    return sum(int(rng.random() * (steps + 1)) for _ in range(rules.essay.count)) * MARK_STEP


def _guess(rng: random.Random, rules: Rulebook) -> int:
    most = rules.prediction_rule.most if rules.prediction_rule and rules.prediction_rule.decimals else 30
    return int(rng.random() * (most + 1))
