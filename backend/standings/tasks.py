"""Wake-ups for the live boards. They carry no data; a lost or doubled one changes nothing."""

import time
from contextlib import suppress

import redis
from celery import shared_task

from backend.infra import clock, hints, keys, valkey
from backend.participation.services import drain_all
from backend.standings.publishing import publish
from backend.standings.services import build_ladders, fold_rungs
from backend.standings.services import fill_editions as fill

PUBLISH_TICKS = "backend.standings.tasks.publish_ticks"
FILL_EDITIONS = "backend.standings.tasks.fill_editions"


@shared_task(name=PUBLISH_TICKS)
def publish_ticks() -> None:
    """Fold what waits, then tell the watchers of whatever changed. Beat asks every two seconds, hints sooner."""
    hints.arrived(PUBLISH_TICKS)
    with suppress(redis.RedisError, OSError):
        # Said from within a task: it proves the broker, beat and the worker together.
        valkey.client().set(keys.heartbeat("worker"), str(time.time()), ex=300)
    publish(drain_all(), now=clock.now())
    fold_rungs()


@shared_task(name=FILL_EDITIONS)
def fill_editions() -> None:
    """Copy the boards that were cut and not yet filled; build ladders where boards have grown large.

    Beat asks every ten seconds, hints sooner.
    """
    hints.arrived(FILL_EDITIONS)
    fill(now=clock.now())
    build_ladders(now=clock.now())
