"""Compare the committed OpenAPI schema with one generated anew."""

import difflib
from pathlib import Path

from backend.launcher.paths import ROOT

COMMITTED = ROOT / "backend" / "config" / "openapi.yaml"
SHOWN_LINES = 60
REGENERATE = "python -m backend spectacular --file backend/config/openapi.yaml"


def compare_schema(*, fresh: Path, committed: Path = COMMITTED) -> None:
    """Raise AssertionError, after printing where they differ, unless the two files are equal."""
    if not committed.is_file():
        raise AssertionError(f"{committed.name} is not committed; run: {REGENERATE}")
    old = committed.read_text(encoding="utf-8").splitlines()
    new = fresh.read_text(encoding="utf-8").splitlines()
    if old == new:
        return
    for line in list(difflib.unified_diff(old, new, "committed", "generated", lineterm="", n=2))[:SHOWN_LINES]:
        print(line)
    raise AssertionError(f"the committed schema is old; run: {REGENERATE}")
