"""Wake a worker soon, without ever making a request wait. A lost hint costs seconds; beat makes up for it."""

import os
import queue
import threading
from contextlib import suppress

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError

from backend.infra import keys, valkey

log = structlog.get_logger(__name__)

# Gather what a busy second brings; a tick is due within two.
DELAY_S = 0.3
# A hint whose message was lost in the broker must not silence the next ones for long.
HOLD_MS = 2000
_BROKER_TIMEOUTS = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 1}
_waiting: "queue.SimpleQueue[str]" = queue.SimpleQueue()
_senders: dict[int, threading.Thread] = {}
_start = threading.Lock()


def wake(task_name: str) -> None:
    """Ask for one run of the task soon. Returns at once: a thread of this process talks to Valkey and the broker."""
    # Keyed by process: a forked child inherits the module but not the thread.
    with _start:
        thread = _senders.get(os.getpid())
        if thread is None or not thread.is_alive():
            thread = threading.Thread(target=_send_all, name="hints", daemon=True)
            _senders[os.getpid()] = thread
            thread.start()
    _waiting.put(task_name)


def arrived(task_name: str) -> None:
    """Let new hints through again. A task says so before it reads, so that nothing committed later is overlooked."""
    with suppress(redis.RedisError, OSError):
        valkey.client().delete(keys.hint(task_name))


def _send_all() -> None:
    while True:
        names = {_waiting.get()}
        with suppress(queue.Empty):
            while True:
                names.add(_waiting.get_nowait())
        for name in sorted(names):
            _send(name)


def _send(task_name: str) -> None:
    try:
        if not valkey.client().set(keys.hint(task_name), b"1", nx=True, px=HOLD_MS):
            return
        options = {**current_app.conf.broker_transport_options, **_BROKER_TIMEOUTS}
        with Connection(settings.BROKER_URL, transport_options=options) as broker:
            current_app.send_task(task_name, connection=broker, countdown=DELAY_S, expires=30, retry=False)
    except (redis.RedisError, OperationalError, OSError) as error:
        log.warning("hint_lost", task=task_name, error=type(error).__name__)
