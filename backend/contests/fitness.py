"""Tell what keeps a rulebook from being used: parts the engine does not obey yet, a blueprint of another size. Pure."""

from collections.abc import Mapping, Sequence

from backend.core.drawing import Cell, overlaps
from backend.core.rulebook import Rulebook

# What the tables and their readers do. A rulebook that asks for more is refused, never half obeyed. Who teaches
# results or standings another part takes the line away, or adds the part's name.
_OBEYED: Mapping[str, frozenset[str | None]] = {
    "counts": frozenset({"best_then_earliest"}),  # standings.services keeps the best line
    "scoring": frozenset({"all_or_nothing"}),  # results.Result has no column for points
    "prediction": frozenset({None, "all_correct_people"}),  # standings.queries.board_of compares with these
    "result_shown": frozenset({"at_once"}),  # boards and results are open while the round runs
}


def unfit_parts(rulebook: Rulebook, blueprint: Sequence[Cell]) -> list[str]:
    """Return a line for each reason; empty means the engine obeys every rule on papers of this blueprint."""
    found = [
        f"{rule}: {getattr(rulebook, rule)}"
        for rule, obeyed in _OBEYED.items()
        if getattr(rulebook, rule) not in obeyed
    ]
    drawn = sum(cell.count for cell in blueprint)
    if drawn != rulebook.question_count:
        found.append(f"question_count: {rulebook.question_count}, blueprint: {drawn}")
    found += [f"blueprint: {cell.topic} ({cell.difficulty or '*'}) x2" for cell in overlaps(blueprint)]
    return found
