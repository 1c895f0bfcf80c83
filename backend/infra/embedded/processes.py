"""Start and stop child processes so that none outlives its parent, even a parent killed outright."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_S = 0.02
# Loaded before any fork: dlopen after fork in a threaded parent can deadlock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    drop_to: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches the parent alone, which stops it in order.

    `death_signal` is what Linux sends the child when the thread that started it ends: start lasting children from a
    thread that lasts. `drop_to` is a (uid, gid) to become. Output is appended to `log`, or discarded.
    """
    target = subprocess.DEVNULL if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            # Safe among threads: the function only makes system calls, and everything it needs is loaded before.
            preexec_fn=tie_to_parent(death_signal=death_signal, drop_to=drop_to),  # noqa: PLW1509
        )
    finally:
        if target != subprocess.DEVNULL:
            os.close(target)


def tie_to_parent(*, death_signal: signal.Signals, drop_to: tuple[int, int] | None = None) -> Callable[[], None]:
    """Return a `preexec_fn` that drops rights, then asks the kernel to signal the child when its parent dies."""
    parent = os.getpid()

    def prepare_child() -> None:
        if drop_to is not None:
            os.setgroups([])
            os.setgid(drop_to[1])
            os.setuid(drop_to[0])
        if _LIBC is not None:
            # After setuid: a change of credentials clears the setting.
            _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare_child


def stop(process: subprocess.Popen[bytes], *, ask: signal.Signals = signal.SIGTERM, wait_s: float = 10.0) -> None:
    """Ask one process to end, wait, and kill its whole session where it does not."""
    ask_to_stop(process, ask=ask)
    finish(process, wait_s=wait_s)


def ask_to_stop(process: subprocess.Popen[bytes], *, ask: signal.Signals = signal.SIGTERM) -> None:
    """Send the signal and return at once."""
    if process.poll() is None:
        process.send_signal(ask)


def finish(process: subprocess.Popen[bytes], *, wait_s: float) -> None:
    """Wait for a process that was asked to stop; after `wait_s` kill its session. Its leftover children go as well."""
    try:
        process.wait(timeout=wait_s)
    except subprocess.TimeoutExpired:
        kill_session(process.pid)
        process.wait()
    kill_session(process.pid)


def kill_session(pid: int) -> None:
    """Kill every process of the session that `spawn` opened for `pid`."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def is_running_as(pid: int, *, mark: str) -> bool:
    """Say whether `pid` lives and its command line holds `mark`: after a crash the number may be somebody else's."""
    if sys.platform == "linux":  # a slim image has no ps
        try:
            # A zombie's command line is empty, so it does not count as running.
            return mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    command = ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    shown = subprocess.run(command, check=False, capture_output=True, text=True)
    return mark in shown.stdout and not shown.stdout.lstrip().startswith("Z")


def end_leftover(pid: int, *, mark: str, ask: signal.Signals, wait_s: float) -> None:
    """Stop a process that an earlier, crashed parent left behind; do nothing where `pid` is not that process."""
    if not is_running_as(pid, mark=mark):
        return
    os.kill(pid, ask)
    deadline = time.monotonic() + wait_s
    while is_running_as(pid, mark=mark):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(POLL_S * 5)


def wait_until(check: Callable[[], bool], *, process: subprocess.Popen[bytes], wait_s: float) -> bool:
    """Poll `check` until it holds; return False when the process ends or the time is up first."""
    deadline = time.monotonic() + wait_s
    while process.poll() is None and time.monotonic() < deadline:
        if check():
            return True
        time.sleep(POLL_S)
    return False
