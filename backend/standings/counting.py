"""Which attempt counts, as SQL: core.rules.counting rule by rule. A test holds them together. Never: ranks."""

from backend.core.scoring import POINTS_PER_ITEM

# `Entry.score` and `submitted_at` in whole microseconds, of a result or a line.
_SCORE = f"coalesce({{row}}.points, {{row}}.correct_count * {POINTS_PER_ITEM})"
_SUBMITTED = "(extract(epoch FROM {row}.submitted_at) * 1000000)"
# The tuples of core.rules.counting word for word, compared ascending: the first one counts.
KEYS = {
    "best_then_earliest": (f"-{_SCORE}", _SUBMITTED, "{row}.attempt_id"),
    "last": (f"-{_SUBMITTED}", "-{row}.attempt_id"),
    "first": (_SUBMITTED, "{row}.attempt_id"),
}


def counting_key(rule: str, *, row: str) -> str:
    """Return the expression to sort a person's own attempts by. `rule` is SQL for the name of the rule, `row` an alias.

    Neither is ever input. An array, so that one expression serves whatever the rule.
    """
    whens = " ".join(
        f"WHEN '{name}' THEN ARRAY[{', '.join(part.format(row=row) for part in parts)}]::bigint[]"
        for name, parts in KEYS.items()
    )
    return f"CASE {rule} {whens} END"
