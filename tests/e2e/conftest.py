"""One live instance and one Chromium for all browser tests; skipped by name where either is missing."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser import WAIT_MS, Visit, find_chromium, launch, visit

BUILT = Path(__file__).parents[2] / "frontend" / "dist" / "index.html"
HERE = Path(__file__).parent

# Whether a test passes depends on what it waits for, never on how fast this machine is.
expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True, slots=True)
class Live:
    """The running instance: where people go, and where its rows are."""

    url: str
    database_url: str
    env: dict[str, str]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database beside the product, to hold what a page shows against what is stored."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(sql, values).fetchall()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """Use the instance that the launcher started, or start one."""
    url = os.environ.get("HOITHI_URL", "")
    if url:
        yield Live(url, os.environ["DATABASE_URL"], dict(os.environ))
        return
    if not BUILT.is_file():
        pytest.skip("no built front end (frontend/dist)")
    from backend.launcher.instance import private_instance

    with private_instance() as instance:
        yield Live(instance.url, instance.database_url, instance.env)


Device = Callable[..., Visit]


@pytest.fixture
def device(chromium: Browser, live: Live) -> Iterator[Device]:
    """Give out fresh devices. None may ask another origin for anything, nor fail in its console unless expected."""
    with ExitStack() as stack:
        given: list[tuple[Visit, tuple[str, ...]]] = []

        def give(*, expected: tuple[str, ...] = (), **options: Any) -> Visit:
            made = visit(chromium, live.url, **options)
            stack.callback(made.context.close)
            given.append((made, expected))
            return made

        yield give
        complaints = [one for made, expected in given for one in made.unexpected(expected=expected)]
        foreign = [address for made, _ in given for address in made.foreign]
    assert complaints == []
    assert foreign == []
