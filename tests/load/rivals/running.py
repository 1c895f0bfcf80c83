"""Start a rival on a free port with as many processes as the product has, and end it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from backend.infra.embedded.ports import LOOPBACK, pick_free_port

PROCESSES = 2
READY_S = 30.0


@contextlib.contextmanager
def running(rival: str, *, database_url: str) -> Iterator[str]:
    """Serve `floor` or `baseline` and yield its address."""
    port = pick_free_port()
    command = [sys.executable, "-m", "tests.load.rivals.serve", rival, "--port", str(port)]
    env = {**os.environ, "DATABASE_URL": database_url}
    # Its figures would be counted among the product's.
    env.pop("PROMETHEUS_MULTIPROC_DIR", None)
    processes = [subprocess.Popen(command, env=env) for _ in range(PROCESSES)]
    try:
        _wait_until_all_listen(port)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _wait_until_all_listen(port: int) -> None:
    """Wait until every process listens: the first alone would get all the sockets."""
    give_up_at = time.monotonic() + READY_S
    while _listening_count(port) < PROCESSES:
        if time.monotonic() > give_up_at:
            raise TimeoutError("a rival did not start")
        time.sleep(0.1)
    with socket.create_connection((LOOPBACK, port)):
        pass


def _listening_count(port: int) -> int:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows[1:])
