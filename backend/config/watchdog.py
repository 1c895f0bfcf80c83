"""End a worker that has gone deaf: rows wait, no task runs, and only a new process will hear the broker again."""

import os
import threading
import time

import redis
import structlog
from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError, close_old_connections

from backend.infra import clock, keys, valkey
from backend.participation.queries import outbox_state

log = structlog.get_logger(__name__)

EVERY_S = 5.0
DEAF_S = 30.0
_last_task_at = time.monotonic()


def _note_task(**_: object) -> None:
    global _last_task_at  # noqa: PLW0603  # one number of this process, written by Celery's signals
    _last_task_at = time.monotonic()


def is_deaf(*, backlog_age_s: float, idle_s: float) -> bool:
    """Tell whether work has waited long while no task ran: the connection to the broker is dead without knowing."""
    return backlog_age_s > DEAF_S and idle_s > DEAF_S


def watch() -> None:
    """Begin to watch this worker process."""
    task_prerun.connect(_note_task)
    task_postrun.connect(_note_task)
    _note_task()
    try:
        # Ready counts as a first word: /readyz need not wait for beat's first message.
        valkey.client().set(keys.heartbeat("worker"), str(time.time()), ex=300)
    except (redis.RedisError, OSError):
        log.warning("heartbeat_unsaid")
    threading.Thread(target=_watch, name="watchdog", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(EVERY_S)
        try:
            backlog_age_s = outbox_state(now=clock.now()).age_s
        except DatabaseError:
            # Without PostgreSQL nothing can be done by a new process either.
            continue
        finally:
            close_old_connections()
        idle_s = time.monotonic() - _last_task_at
        if is_deaf(backlog_age_s=backlog_age_s, idle_s=idle_s):
            log.error("worker_deaf", backlog_age_s=round(backlog_age_s, 1), idle_s=round(idle_s, 1))
            os._exit(1)
