"""Our own commands as processes of their own, on the database and the Valkey of the tests."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

DEADLINE_S = 20.0
START_S = 60.0


def wait_for(what: Callable[[], Any], *, timeout_s: float = DEADLINE_S) -> Any:
    """Return the first true answer; fail where none comes in time."""
    give_up_at = time.monotonic() + timeout_s
    while time.monotonic() < give_up_at:
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail(f"nothing within {timeout_s:.0f} s")


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our own processes, on the test's database and Valkey."""
    place = connection.settings_dict
    user = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
    env = {
        **os.environ,
        "DATABASE_URL": f"postgres://{user}@{place['HOST']}:{place['PORT']}/{place['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "BROKER_URL": settings.BROKER_URL,
    }
    started = subprocess.Popen([sys.executable, "-m", "backend", *command], env=env)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait(5)
