"""File locks between launchers of one source tree. The kernel drops them when their holder dies, however it dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from backend.launcher.errors import already_running
from backend.launcher.progress import Progress

HANDED_DOWN = "HOITHI_LOCK_FD"


def take_run_lock(folder: Path) -> int:
    """Take the lock of a running instance and keep it across exec; raise where another one holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "run.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise already_running(str(path)) from None
    os.set_inheritable(descriptor, True)
    os.environ[HANDED_DOWN] = str(descriptor)
    return descriptor


def adopt_run_lock(folder: Path) -> int:
    """Keep the lock that the bootstrap took, out of our children's reach; take it where nothing was handed down."""
    handed = os.environ.pop(HANDED_DOWN, "")
    descriptor = int(handed) if _is_lock(handed, folder) else take_run_lock(folder)
    os.environ.pop(HANDED_DOWN, None)
    os.set_inheritable(descriptor, False)
    return descriptor


def _is_lock(handed: str, folder: Path) -> bool:
    """Say whether the number still means the lock file: the variable may be left over from another process."""
    if not handed.isdigit():
        return False
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(int(handed)), (folder / "run.lock").stat())
    return False


@contextlib.contextmanager
def one_at_a_time(path: Path, *, progress: Progress) -> Iterator[None]:
    """Hold `path` while installing or building; wait, and say so, while another launcher does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.step("Đợi lần chạy khác cài đặt xong (waiting for another run's installation)"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
