"""The rows of the whole test command: nothing is left out, and faults and pages never meet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from backend.launcher import checks
from backend.launcher.errors import no_network
from backend.launcher.node import Node
from backend.launcher.outcomes import Count, Run

PAGES = ["e2e", "e2e own contests"]
STATIC = ["ruff check", "ruff format", "mypy --strict", "import contracts", "migrations", "schema generation"]
FRONT_END = ["vitest", "npm run check", "npm run types:check", "npm run budget"]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], str]]:
    """Play the whole command with commands that do nothing; return their names, words and databases as they began."""
    found: list[tuple[str, list[str], str]] = []
    lock, servers = Lock(), iter(range(9))

    def command(run: Run, name: str, words: list[str], *, env: dict[str, str], **_: Any) -> bool:
        with lock:
            found.append((name, words, env.get("DATABASE_URL", "")))
            run.add(name, Count(passed=1))
        return True

    @contextmanager
    def started(*_: Any, **__: Any) -> Iterator[Any]:
        yield SimpleNamespace(database_url=f"postgres://{next(servers)}", redis_url="", env={"DATABASE_URL": "pages"})

    monkeypatch.setattr(Run, "command", command)
    for name in ("start_private_servers", "private_instance"):
        monkeypatch.setattr(checks, name, started)
    monkeypatch.setattr(checks, "ensure_built", lambda **_: found.append(("build", [], "")))
    monkeypatch.setattr(checks, "compare_schema", lambda **_: None)
    monkeypatch.setattr(checks, "ensure_packages", lambda **_: Node(("npm",), Path("/")))
    monkeypatch.setattr(checks, "find_or_install_chromium", lambda **_: "/chromium")
    return found


def test_everything_is_checked_once_and_pages_come_after_the_build_and_the_faults(
    begun: list[tuple[str, list[str], str]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert checks.run_checks([]) == 0

    names = [name for name, *_ in begun]
    assert sorted(names) == sorted(["build", *STATIC, *FRONT_END, "faults", "pytest", *PAGES])
    assert max(names.index("build"), names.index("faults")) < min(map(names.index, PAGES))
    assert capfd.readouterr().out.splitlines()[-1] == "16 passed, 0 failed, 0 skipped"


def test_what_one_row_of_tests_leaves_out_the_other_plays_and_on_other_servers(
    begun: list[tuple[str, list[str], str]],
) -> None:
    checks.run_checks([])

    told = {name: (words, database) for name, words, database in begun}
    words, database = told["pytest"]
    left_out = [word.removeprefix("--ignore=") for word in words if word.startswith("--ignore=")]
    played = [word for name in ("faults", "e2e") for word in told[name][0] if word.startswith("tests")]
    assert sorted(left_out) == sorted(played)
    assert [one for one in left_out if not (checks.ROOT / one).exists()] == []
    assert words[-1] == "tests"
    # Of the pages likewise: what the one browser is told to leave out, the other is given.
    beside = [word.removeprefix("--ignore=") for word in told["e2e"][0] if word.startswith("--ignore=")]
    assert beside == [word for word in told["e2e own contests"][0] if word.startswith("tests")]
    assert [one for one in beside if not (checks.ROOT / one).is_file()] == []
    assert told["e2e"][1] == told["e2e own contests"][1]
    assert len({database, told["faults"][1], told["e2e"][1]}) == 3


def test_the_fast_form_leaves_out_pages_alone(begun: list[tuple[str, list[str], str]]) -> None:
    checks.run_checks(["--fast"])

    assert sorted(name for name, *_ in begun) == sorted(["build", *STATIC, *FRONT_END, "faults", "pytest"])


def test_a_row_that_cannot_go_on_fails_and_the_rest_is_checked_and_counted(
    begun: list[tuple[str, list[str], str]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: Any) -> Node:
        raise no_network("log")

    monkeypatch.setattr(checks, "ensure_packages", fail)

    assert checks.run_checks([]) == 1

    assert sorted(name for name, *_ in begun) == sorted(["build", *STATIC, "faults", "pytest", *PAGES])
    assert capfd.readouterr().out.splitlines()[-1] == "12 passed, 1 failed, 0 skipped"
