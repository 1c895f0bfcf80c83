"""Install the front end's packages and build it, each only when its sources changed."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from backend.launcher.commands import run_logged
from backend.launcher.errors import no_network, step_failed
from backend.launcher.locks import one_at_a_time
from backend.launcher.node import Node, find_node
from backend.launcher.paths import FRONTEND, data_dir, log_dir
from backend.launcher.progress import Progress

DIST = FRONTEND / "dist"
BUILD_STAMP = DIST / ".build-hash"
MODULES = FRONTEND / "node_modules"
MODULES_STAMP = MODULES / ".hoithi-lock"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}
NETWORK_SIGNS = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "network")


def ensure_built(*, progress: Progress) -> None:
    """Leave an up-to-date build in frontend/dist. Where nothing changed this reads the sources and returns."""
    if is_built():
        return
    with one_at_a_time(data_dir() / "frontend.lock", progress=progress):
        if is_built():
            return
        node = ensure_packages(progress=progress)
        build(node, progress=progress)


def ensure_packages(*, progress: Progress) -> Node:
    """Install node_modules from the lock file and return the Node that uses them."""
    node = find_node(progress=progress)
    mark = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if MODULES_STAMP.is_file() and MODULES_STAMP.read_text(encoding="utf-8") == mark:
        return node
    log = log_dir() / "npm-ci.log"
    with progress.step("Cài gói giao diện (npm ci)") as step:
        command = [*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel", "http"]
        if run_logged(command, log=log, step=step, env=node.env, cwd=FRONTEND) != 0:
            text = log.read_text(encoding="utf-8", errors="replace")
            raise no_network(str(log)) if any(sign in text for sign in NETWORK_SIGNS) else step_failed("npm", str(log))
    MODULES_STAMP.write_text(mark, encoding="utf-8")
    return node


def build(node: Node, *, progress: Progress) -> None:
    """Build, then stamp with the hash taken before: an edit during the build leaves the stamp behind the sources."""
    mark = source_hash()
    log = log_dir() / "npm-build.log"
    with progress.step("Dựng giao diện (building the front end)") as step:
        if run_logged([*node.npm, "run", "build"], log=log, step=step, env=node.env, cwd=FRONTEND) != 0:
            raise step_failed("npm run build", str(log))
    BUILD_STAMP.write_text(mark, encoding="utf-8")


def is_built() -> bool:
    """Say whether the build stands for the present sources; a tree without a front end has nothing to build."""
    if not (FRONTEND / "package.json").is_file():
        return True
    return BUILD_STAMP.is_file() and BUILD_STAMP.read_text(encoding="utf-8") == source_hash()


def source_hash(folder: Path = FRONTEND) -> str:
    """Hash names and contents of every file that could change the build."""
    total = hashlib.sha256()
    for path in sorted(_list_sources(folder)):
        name = path.relative_to(folder).as_posix()
        total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _list_sources(folder: Path) -> Iterator[Path]:
    """Walk without entering node_modules: its tens of thousands of files would cost every start a second."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_SOURCES and not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def scripts() -> set[str]:
    """Return the names of the scripts in package.json."""
    return set(json.loads((FRONTEND / "package.json").read_text(encoding="utf-8")).get("scripts", {}))
