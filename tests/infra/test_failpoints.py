"""Failpoints: inert unless asked for and allowed; then they really kill."""

import os
import signal
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from backend.infra.failpoints import Failpoint


def test_without_a_name_nothing_happens():
    Failpoint("", allowed=False).hit("after_recv")


@pytest.mark.parametrize("text", ["after_recv", "after_recv:raise", "nowhere:kill", "after_recv:kill:x"])
def test_nonsense_is_refused(text: str):
    with pytest.raises(ImproperlyConfigured):
        Failpoint(text, allowed=True)


def test_a_server_for_the_public_refuses_to_start_with_one():
    with pytest.raises(ImproperlyConfigured):
        Failpoint("after_recv:kill", allowed=False)


def test_an_armed_one_kills_at_its_pass():
    program = (
        "import django; from django.conf import settings; settings.configure(DEBUG=True)\n"
        "from backend.infra import failpoints\n"
        "for _ in range(3): failpoints.hit('mid_batch'); print('alive', flush=True)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "FP": "mid_batch:kill:3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "alive\nalive\n")
