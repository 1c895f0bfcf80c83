"""Which attempt counts, as SQL: core.rules.counting rule by rule. A test holds them together. Never: ranks."""

from collections.abc import Iterable

from backend.contests.models import Contest
from backend.contests.queries import rulebook_in_play
from backend.core.scoring import POINTS_PER_ITEM

_SCORE = f"coalesce({{row}}.points, {{row}}.correct_count * {POINTS_PER_ITEM})"
# The tuples of core.rules.counting word for word, compared ascending: the first one counts.
KEYS = {
    "best_then_earliest": (f"-{_SCORE}", "{row}.submitted_at", "{row}.attempt_id"),
    "last": ("-extract(epoch FROM {row}.submitted_at)", "-{row}.attempt_id"),
    "first": ("{row}.submitted_at", "{row}.attempt_id"),
}


def counting_key(rule: str, *, row: str) -> str:
    """Return the expressions by which a person's own attempts are sorted. `row` is an alias, never input."""
    return ", ".join(part.format(row=row) for part in KEYS[rule])


def contests_by_rule(contest_ids: Iterable[int]) -> dict[str, list[int]]:
    """Group contests by the rule of which attempt counts; rules in a fixed order, so that writers lock in one."""
    found: dict[str, list[int]] = {}
    for contest_id in sorted(contest_ids):
        found.setdefault(rulebook_in_play(contest_id).counts, []).append(contest_id)
    return dict(sorted(found.items()))


def all_contests_by_rule() -> dict[str, list[int]]:
    """Group every contest, as stored."""
    found: dict[str, list[int]] = {}
    for contest_id, rule in Contest.objects.order_by("pk").values_list("pk", "rulebook__counts"):
        found.setdefault(rule, []).append(contest_id)
    return found
