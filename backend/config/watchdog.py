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
BUSY_S = 90.0  # above the time limit of a task: one that runs longer hangs


class Ear:
    """When this process last heard of a task, and what it is still busy with. Written by Celery's signals."""

    def __init__(self) -> None:
        self.heard_at = time.monotonic()
        self._running: set[str] = set()

    def begin(self, task_id: str | None = None, **_: object) -> None:
        self._running.add(task_id or "")
        self.heard_at = time.monotonic()

    def end(self, task_id: str | None = None, **_: object) -> None:
        self._running.discard(task_id or "")
        self.heard_at = time.monotonic()

    def idle_s(self) -> float:
        """How long no task has run; nothing while one does, for as long as a task may take."""
        quiet_s = time.monotonic() - self.heard_at
        return 0.0 if self._running and quiet_s < BUSY_S else quiet_s


_ear = Ear()


def is_deaf(*, backlog_age_s: float, idle_s: float) -> bool:
    """Tell whether work has waited long while no task ran: the connection to the broker is dead without knowing."""
    return backlog_age_s > DEAF_S and idle_s > DEAF_S


def watch() -> None:
    """Begin to watch this worker process."""
    task_prerun.connect(_ear.begin)
    task_postrun.connect(_ear.end)
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
        idle_s = _ear.idle_s()
        if is_deaf(backlog_age_s=backlog_age_s, idle_s=idle_s):
            log.error("worker_deaf", backlog_age_s=round(backlog_age_s, 1), idle_s=round(idle_s, 1))
            os._exit(1)
