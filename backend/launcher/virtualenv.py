"""Make `.venv` and install the hashed locks into it. Runs before any package is there: standard library only."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from backend.launcher.commands import run_logged
from backend.launcher.errors import hash_mismatch, no_network, step_failed, venv_missing
from backend.launcher.paths import DEV_LOCK, NODE_LOCK, RUNTIME_LOCK, VENV, log_dir
from backend.launcher.progress import Progress

STAMPS = {RUNTIME_LOCK: ".hoithi-lock", DEV_LOCK: ".hoithi-dev-lock", NODE_LOCK: ".hoithi-node-lock"}
NETWORK_SIGNS = ("No matching distribution", "Could not find a version", "NewConnection", "Max retries", "timed out")


def venv_python(venv: Path = VENV) -> Path:
    return venv / "bin" / "python"


def lock_mark(lock: Path) -> str:
    """Return what the stamp must hold for the lock to count as installed: its hash and the Python it is for."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def is_installed(lock: Path, *, venv: Path = VENV) -> bool:
    stamp = venv / STAMPS[lock]
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == lock_mark(lock)


def ensure_installed(*locks: Path, progress: Progress, venv: Path = VENV) -> None:
    """Install what is not installed yet; a second call reads the stamps and returns."""
    missing = [lock for lock in locks if not is_installed(lock, venv=venv)]
    if not missing and _works(venv):
        return
    if not _is_usable(venv):
        _create(venv, progress=progress)
        missing = list(locks)
    for lock in missing:
        _install(lock, venv=venv, progress=progress)


def _works(venv: Path) -> bool:
    return venv_python(venv).exists()


def _is_usable(venv: Path) -> bool:
    """Say whether the environment is of this Python and has pip: a move, an upgrade or an interruption breaks it."""
    if not _works(venv):
        return False
    question = "import sys, pip; print(*sys.version_info[:3], sys.prefix)"
    answer = subprocess.run([venv_python(venv), "-c", question], check=False, capture_output=True, text=True)
    return answer.stdout.strip() == " ".join([*map(str, sys.version_info[:3]), str(venv)])


def _create(venv: Path, *, progress: Progress) -> None:
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise venv_missing()
    log = log_dir() / "venv.log"
    with progress.step("Tạo môi trường Python (creating .venv)") as step:
        shutil.rmtree(venv, ignore_errors=True)
        # Where run.py was started with the environment it must now replace, only the base Python can make it anew.
        python = getattr(sys, "_base_executable", None) or sys.executable
        if run_logged([str(python), "-m", "venv", str(venv)], log=log, step=step) != 0:
            raise venv_missing() if "ensurepip" in _read(log) else step_failed("venv", str(log))


def _install(lock: Path, *, venv: Path, progress: Progress) -> None:
    log = log_dir() / f"pip-{lock.stem}.log"
    total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    seen = 0
    command: list[str | Path] = [
        venv_python(venv),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
        "-r",
        lock,
    ]
    with progress.step(f"Cài {total} gói thư viện (installing {lock.name})") as step:

        def count(line: str) -> None:
            nonlocal seen
            seen += line.startswith(("Collecting ", "Requirement already satisfied"))
            step.note = f"{min(seen, total)}/{total} {line}"[:60]

        quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off", "PIP_ROOT_USER_ACTION": "ignore"}
        status = run_logged(command, log=log, step=step, env=quiet, on_line=count)
        if status != 0:
            text = _read(log)
            if "DO NOT MATCH THE HASHES" in text:
                raise hash_mismatch(str(log))
            raise no_network(str(log)) if any(sign in text for sign in NETWORK_SIGNS) else step_failed("pip", str(log))
    (venv / STAMPS[lock]).write_text(f"{lock_mark(lock)}\n", encoding="utf-8")
    if lock == DEV_LOCK:  # a superset of the runtime lock, pin by pin; tests/launcher holds it to that
        (venv / STAMPS[RUNTIME_LOCK]).write_text(f"{lock_mark(RUNTIME_LOCK)}\n", encoding="utf-8")


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def exec_in_venv(words: list[str], *, venv: Path = VENV) -> None:
    """Become `python -m backend.launcher WORDS` inside the environment: one process, so that signals reach it."""
    python = str(venv_python(venv))
    os.execv(python, [python, "-m", "backend.launcher", *words])  # noqa: S606 - no shell is wanted
