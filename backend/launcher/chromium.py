"""Find Chromium, or install Debian's where we may. Its path is handed to the browser tests in CHROMIUM_PATH.

The headless build goes first: the same engine without a browser's own windows, which cost a second of a processor for
every device that a test takes up (12 devices: 13.6 s with windows, 2.2 s without).
"""

import os
import shutil

from backend.launcher.commands import run_logged
from backend.launcher.paths import log_dir
from backend.launcher.progress import Progress, Step

CHROMIUM_VARIABLE = "CHROMIUM_PATH"
HEADLESS = "chromium-headless-shell"
NAMES = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_or_install_chromium(*, progress: Progress) -> str | None:
    """Return the browser's path; None where there is none and only an administrator could install it."""
    found = find_chromium()
    if found is not None or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    with progress.step("Cài Chromium (installing Chromium)") as step:
        _apt("update", step=step)
        # Not every Debian has the headless build.
        for name in (HEADLESS, "chromium"):
            if _apt("install", "-y", "--no-install-recommends", name, step=step):
                break
    return find_chromium()


def _apt(*words: str, step: Step) -> bool:
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    return run_logged(["apt-get", *words], log=log_dir() / f"apt-{words[0]}.log", step=step, env=env) == 0


def find_chromium() -> str | None:
    """Return the first browser named by CHROMIUM_PATH or found on PATH."""
    named = os.environ.get(CHROMIUM_VARIABLE, "")
    return next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), None)
