"""`run.py rehearse | screens | bench | faults`: run a tool on `--url` or on a private instance."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from backend.launcher.chromium import CHROMIUM_VARIABLE, find_or_install_chromium
from backend.launcher.errors import LauncherError
from backend.launcher.frontend import ensure_built
from backend.launcher.instance import private_instance
from backend.launcher.paths import ROOT, caller_path
from backend.launcher.progress import Progress


@dataclass(frozen=True, slots=True)
class Tool:
    """A module to run on a live instance. `demo` fills the instance with synthetic results first.

    With `own_servers` it starts what it needs by itself: what it does to servers is done to no instance of others.
    """

    module: str
    demo: bool
    pages: bool = False
    takes_database: bool = False
    own_servers: bool = False


TOOLS = {
    "rehearse": Tool("backend.rehearsal", demo=False),  # finds the database in its environment
    "bench": Tool("tests.load.bench", demo=False, takes_database=True),
    "faults": Tool("tests.faults", demo=False, own_servers=True),
    "screens": Tool("tests.screens", demo=True, pages=True),
}


def run_tool(command: str, arguments: list[str]) -> int:
    """Run the tool and pass its exit status on. Everything of ours goes to stderr: its last stdout line stays last."""
    tool = TOOLS[command]
    progress = Progress(stream=sys.stderr)
    words = list(arguments)
    if tool.pages and words and not words[0].startswith("-"):
        words[0] = str(caller_path(words[0]))
    env = _browser_env(progress=progress) if tool.pages else {}
    if tool.own_servers or any(word == "--url" or word.startswith("--url=") for word in words):
        return _run(tool, words, env={**os.environ, **env})
    if tool.pages:
        ensure_built(progress=progress)
    with private_instance(demo=tool.demo, progress=progress) as instance:
        words += ["--url", instance.url]
        if tool.takes_database:
            words += ["--database-url", instance.database_url]
        return _run(tool, words, env={**instance.env, **env})


def _run(tool: Tool, words: list[str], *, env: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", tool.module, *words]
    return subprocess.run(command, check=False, cwd=ROOT, env=dict(env)).returncode


def _browser_env(*, progress: Progress) -> dict[str, str]:
    chromium = find_or_install_chromium(progress=progress)
    if chromium is None:
        raise LauncherError(
            "no_chromium",
            "Không tìm thấy Chromium: cài gói chromium (sudo apt install chromium) rồi chạy lại.",
            "Chromium was not found: install it (sudo apt install chromium), then run again.",
        )
    return {CHROMIUM_VARIABLE: chromium}
