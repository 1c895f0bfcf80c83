"""The launcher runs before anything is installed: the standard library and itself are all it may import."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from backend.launcher.paths import ROOT

OWN = ("backend.launcher", "backend.infra.embedded")
FOLDERS = (ROOT / "backend" / "launcher", ROOT / "backend" / "infra" / "embedded")


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_launcher_imports_the_standard_library_and_itself_alone() -> None:
    paths = [ROOT / "run.py", *(path for folder in FOLDERS for path in folder.rglob("*.py"))]
    foreign = {
        (path.name, name)
        for path in paths
        for name in imported_by(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(OWN)
    }

    assert len(paths) > 20
    assert foreign == set()


def test_packages_above_the_launcher_import_nothing() -> None:
    for package in ("backend", "backend/infra"):
        assert list(imported_by(ROOT / package / "__init__.py")) == []
