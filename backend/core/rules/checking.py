"""Find what is wrong with a rulebook: unknown parts by their name, numbers and pairs of rules that cannot be. Pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backend.core.rules import registry
from backend.core.rules.essays import Essay
from backend.core.rules.parts import Part
from backend.core.rules.prizes import Prize
from backend.core.rules.quotas import quotas_problems

if TYPE_CHECKING:
    from backend.core.rulebook import Rulebook

_LONGEST_TEXT = 300
# Where the number may be absent (None: no limit), and the most it may be.
_NUMBERS: Mapping[str, tuple[bool, int]] = {
    "question_count": (False, 200),
    "duration_s": (True, 24 * 3600),
    "attempts_per_round": (True, 10_000),
    "attempts_per_contest": (True, 10_000),
    "attempts_per_week": (True, 10_000),
    "attempts_per_day": (True, 10_000),
    "minimum_age": (True, 120),
}


def problems(rules: "Rulebook") -> list[str]:
    """Return one line for each rule that is unknown or impossible, beginning with its name."""
    found = [
        *_wrong_numbers(rules),
        *_unknown_parts(rules),
        *_wrong_words(rules),
        *_wrong_prizes(rules.prizes),
        *(f"quotas ({problem})" for problem in quotas_problems(rules.quotas)),
        *_wrong_essay(rules.essay),
    ]
    # Pairs are judged only where each rule for itself is known.
    return found or _contradictions(rules)


def _wrong_numbers(rules: "Rulebook") -> list[str]:
    found: list[str] = []
    for name, (may_be_absent, most) in _NUMBERS.items():
        value = getattr(rules, name)
        if value is None and may_be_absent:
            continue
        if not _is_whole(value) or not 1 <= value <= most:
            found.append(f"{name} ({value!r} is not from 1 to {most})")
    if not isinstance(rules.profile_locked_after_first_attempt, bool):
        found.append("profile_locked_after_first_attempt (neither true nor false)")
    return found


def _unknown_parts(rules: "Rulebook") -> list[str]:
    found = [
        f"{name} (unknown: {getattr(rules, name)!r})"
        for name, known in registry.ONE_OF.items()
        if not _is_known(getattr(rules, name), known)
    ]
    if rules.prediction is not None and not _is_known(rules.prediction, registry.PREDICTIONS):
        found.append(f"prediction (unknown: {rules.prediction!r})")
    for name, (known, is_needed) in registry.SOME_OF.items():
        values = getattr(rules, name)
        if not isinstance(values, tuple):
            found.append(f"{name} (not a list)")
        elif unknown := [value for value in values if not _is_known(value, known)]:
            found.append(f"{name} (unknown: {', '.join(map(repr, unknown))})")
        elif len(set(values)) < len(values):
            found.append(f"{name} (named twice)")
        elif is_needed and not values:
            found.append(f"{name} (empty)")
    return found


def _wrong_words(rules: "Rulebook") -> list[str]:
    found = [] if _is_text(rules.open_to) else ["open_to (not a short text)"]
    outside: object = rules.outside
    if not isinstance(outside, tuple) or not all(_is_text(one) and one.strip() for one in outside):
        found.append("outside (not a list of short texts)")
    return found


def _wrong_prizes(prizes: Any) -> list[str]:
    if not isinstance(prizes, tuple) or not all(isinstance(prize, Prize) for prize in prizes):
        return ["prizes (not a list of prizes)"]
    wrong = (prize.problem(registry.UNIT_MEASURES) for prize in prizes)
    return [f"prizes ({problem})" for problem in wrong if problem]


def _wrong_essay(essay: Any) -> list[str]:
    if essay is None:
        return []
    problem = essay.problem() if isinstance(essay, Essay) else "not an essay's rule"
    return [f"essay ({problem})"] if problem else []


def _contradictions(rules: "Rulebook") -> list[str]:
    found: list[str] = []
    # Who sees the keys knows the result.
    if rules.keys_showing.stage < rules.result_showing.stage:
        found.append("keys_shown (before the result)")
    if "prediction" in rules.ranking and rules.prediction is None:
        found.append("ranking (by a prediction that nobody is asked for)")
    if rules.essay is not None and "score" not in rules.ranking:
        found.append("ranking (not by the score, which essays count in)")
    if rules.quotas:
        found += _quotas_against(rules)
    return found


def _quotas_against(rules: "Rulebook") -> list[str]:
    found: list[str] = []
    together = sum(one.count for one in rules.quotas)
    if together != rules.question_count:
        found.append(f"quotas ({together} questions together, question_count is {rules.question_count})")
    if rules.paper == "fixed":
        found.append("quotas (of a paper that is not drawn)")
    return found


def _is_known(value: Any, known: Mapping[str, Part]) -> bool:
    return isinstance(value, str) and value in known


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable()
