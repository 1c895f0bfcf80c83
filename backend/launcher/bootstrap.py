"""The part of `run.py` before the environment exists: look for what is in the way, install, hand over."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from backend.infra.embedded.ports import is_port_free
from backend.launcher.errors import LauncherError, disk_full, not_writable, port_invalid, port_taken, report
from backend.launcher.locks import one_at_a_time, take_run_lock
from backend.launcher.paths import DEV_LOCK, ROOT, RUNTIME_LOCK, data_dir
from backend.launcher.progress import Progress, speak_utf8
from backend.launcher.usage import COMMANDS, USAGE, split_command
from backend.launcher.virtualenv import ensure_installed, exec_in_venv

NEEDED_MB = 500  # .venv, node_modules, the build and a fresh cluster together
DEFAULT_PORT = 8000
ANY_HOST = "0.0.0.0"  # noqa: S104 - only asked about: a listener on any address is in the way


def bootstrap(arguments: list[str]) -> int:
    """Check, install and exec; returns only on failure or for --help. A person's mistake is one line, status 2."""
    speak_utf8()
    if {"-h", "--help"} & set(arguments[:1]):
        print(USAGE)
        return 0
    try:
        prepare(arguments)
    except LauncherError as error:
        return report(error)
    except KeyboardInterrupt:
        return 130
    exec_in_venv(arguments)
    return 0


def prepare(arguments: list[str]) -> None:
    """Leave nothing to fail in the next process but the product itself."""
    command, _ = split_command(arguments)
    os.environ.setdefault("HOITHI_CALLER_DIR", str(Path.cwd()))
    os.chdir(ROOT)
    home = data_dir()
    check_writable(ROOT)
    check_writable(home)
    check_disk(free_bytes=shutil.disk_usage(home).free)
    if command == "start":
        take_run_lock(home)
        check_port(read_port(os.environ.get("PORT", "")))
    progress = Progress() if command in ("start", "test") else Progress(stream=sys.stderr)
    with one_at_a_time(home / "install.lock", progress=progress):
        ensure_installed(DEV_LOCK if COMMANDS[command] == "dev" else RUNTIME_LOCK, progress=progress)


def check_writable(folder: Path) -> None:
    """Create and delete a file: permission bits do not tell of read-only mounts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise not_writable(str(folder)) from None


def check_disk(*, free_bytes: int) -> None:
    free_mb = free_bytes // 1_000_000
    if free_mb < NEEDED_MB:
        raise disk_full(free_mb, NEEDED_MB)


def read_port(value: str) -> int:
    """Return the port to serve on, 8000 where none is given."""
    if not value:
        return DEFAULT_PORT
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise port_invalid(value)
    return int(value)


def check_port(port: int) -> None:
    if not is_port_free(port, host=ANY_HOST):
        raise port_taken(port)
