"""Tell what keeps a rulebook from being used with a blueprint: papers of another size, cells that overlap. Pure."""

from collections.abc import Sequence

from backend.core.drawing import Cell, overlaps
from backend.core.rulebook import Rulebook


def unfit_parts(rulebook: Rulebook, blueprint: Sequence[Cell]) -> list[str]:
    """Return a line for each reason; empty means that papers of this blueprint are what the rules say."""
    if rulebook.cells and rulebook.cells != tuple(blueprint):
        return ["blueprint ≠ quotas"]
    found: list[str] = []
    drawn = sum(cell.count for cell in blueprint)
    if drawn != rulebook.question_count:
        found.append(f"question_count: {rulebook.question_count}, blueprint: {drawn}")
    found += [f"blueprint: {cell.place} x2" for cell in overlaps(blueprint)]
    return found
