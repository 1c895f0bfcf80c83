"""Which browser the tests get: the one that was named, the light one, whatever is here, in that order."""

from pathlib import Path

import pytest

from backend.launcher import chromium
from backend.launcher.progress import Progress


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What is on PATH; apt-get puts there what `offered` says."""
    found: list[str] = []
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}" if name in found else None)
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium, "log_dir", lambda: tmp_path)
    monkeypatch.delenv(chromium.CHROMIUM_VARIABLE, raising=False)
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, installed: list[str]) -> list[list[str]]:
    """What apt-get was asked for; it knows no headless build."""
    asked: list[list[str]] = []

    def run(words: list[str], **_: object) -> int:
        asked.append(words[1:])
        if words[-1] == chromium.HEADLESS:
            return 100
        if words[1] == "install":
            installed.append(words[-1])
        return 0

    monkeypatch.setattr(chromium, "run_logged", run)
    return asked


INSTALL = ["install", "-y", "--no-install-recommends"]


@pytest.mark.parametrize(
    ("here", "path", "wanted"),
    [
        (["apt-get", "chromium", chromium.HEADLESS], f"/bin/{chromium.HEADLESS}", []),
        (["apt-get", "chromium"], "/bin/chromium", []),
        (["apt-get"], "/bin/chromium", [["update"], [*INSTALL, chromium.HEADLESS], [*INSTALL, "chromium"]]),
        (["google-chrome"], "/bin/google-chrome", []),
        ([], None, []),
    ],
    ids=["the light one is here", "another is here", "none is here", "no apt-get", "nothing at all"],
)
def test_what_is_here_will_do_and_else_the_light_one_is_tried_first(
    installed: list[str], asked: list[list[str]], here: list[str], path: str | None, wanted: list[list[str]]
) -> None:
    installed += here

    assert chromium.find_or_install_chromium(progress=Progress()) == path
    assert asked == wanted


def test_the_browser_that_was_named_is_taken(
    installed: list[str], asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed += ["apt-get", "mine", chromium.HEADLESS]
    monkeypatch.setenv(chromium.CHROMIUM_VARIABLE, "mine")

    assert chromium.find_or_install_chromium(progress=Progress()) == "/bin/mine"
    assert asked == []
