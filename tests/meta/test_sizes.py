"""Modules stay small: a median of at most 80 lines, none over 400."""

from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
# Name a module here with its reason, never without.
ALLOWED_OVER_400: dict[str, str] = {}


def _modules() -> dict[str, int]:
    found = [*ROOT.glob("backend/**/*.py"), *ROOT.glob("frontend/src/**/*.ts"), *ROOT.glob("frontend/src/**/*.svelte")]
    return {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in found
        if "migrations" not in path.parts and not path.name.startswith("schema.d")
    }


def test_no_module_is_over_400_lines_without_a_reason() -> None:
    assert {name: size for name, size in _modules().items() if size > 400 and name not in ALLOWED_OVER_400} == {}


def test_the_median_module_has_at_most_80_lines() -> None:
    assert median(size for size in _modules().values() if size > 3) <= 80
