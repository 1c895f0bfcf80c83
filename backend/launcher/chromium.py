"""Find Chromium, or install Debian's where we may. Its path is handed to the browser tests in CHROMIUM_PATH."""

import os
import shutil

from backend.launcher.commands import run_logged
from backend.launcher.paths import log_dir
from backend.launcher.progress import Progress

CHROMIUM_VARIABLE = "CHROMIUM_PATH"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_or_install_chromium(*, progress: Progress) -> str | None:
    """Return the browser's path; None where there is none and only an administrator could install it."""
    found = find_chromium()
    if found is not None or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    with progress.step("Cài Chromium (apt-get install chromium)") as step:
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            if run_logged(["apt-get", *words], log=log_dir() / f"apt-{words[0]}.log", step=step, env=env) != 0:
                return None
    return find_chromium()


def find_chromium() -> str | None:
    """Return the first browser named by CHROMIUM_PATH or found on PATH."""
    named = os.environ.get(CHROMIUM_VARIABLE, "")
    return next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), None)
