"""A server process killed at the worst moments: resending the journal leaves every answer stored once, none lost."""

import os
import signal
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from tests.attempts.serving import ORIGIN, Opener, Socket, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
import sys, django
django.setup()
import uvicorn
from tests.attempts.serving import application
uvicorn.run(application, port=int(sys.argv[1]), lifespan="off", log_level="error")
"""


def database_url() -> str:
    parts = connection.settings_dict
    password = f":{quote(parts['PASSWORD'], safe='')}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{password}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


@contextmanager
def doomed_server(failpoint: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with closing(sockets.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backend.config.settings",
            "DATABASE_URL": database_url(),
            "FAILPOINTS": "on",
            "FP": failpoint,
        },
    )
    try:
        give_up_at = time.monotonic() + 30
        while time.monotonic() < give_up_at and process.poll() is None:
            with closing(sockets.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("name", "is_stored"), [("after_recv", False), ("mid_batch", False), ("after_commit_before_ack", True)]
)
def test_an_answer_sent_again_after_a_crash_is_stored_once(
    open_attempt: Attempt, citizen: Person, open_socket: Opener, name: str, is_stored: bool
):
    session = sign_in(citizen)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    acknowledged: list[int] = []
    with doomed_server(f"{name}:kill:3") as (port, process):
        address = f"ws://127.0.0.1:{port}/ws/attempts/{open_attempt.uuid}"
        with connect(address, origin=ORIGIN, additional_headers=headers, compression=None) as raw:
            phone = Socket(raw)
            phone.read()
            with suppress(ConnectionClosed):
                for seq in (1, 2, 3):
                    acknowledged.append(phone.answer(seq, [seq], seq)["seq"])
        assert process.wait(60) == -signal.SIGKILL
    time.sleep(0.2)  # the dead process's backend rolls back

    assert acknowledged == [1, 2]
    assert list(Answer.objects.order_by("item").values_list("item", flat=True)) == ([1, 2, 3] if is_stored else [1, 2])
    phone = open_socket(open_attempt.uuid, session=session)
    phone.read()
    assert [phone.answer(seq, [seq], seq) for seq in (1, 2, 3)] == [
        {"t": "saved", "item": seq, "seq": seq} for seq in (1, 2, 3)
    ]
    assert list(Answer.objects.order_by("item").values_list("item", "seq", "choice")) == [
        (1, 1, [1]),
        (2, 2, [2]),
        (3, 3, [3]),
    ]
