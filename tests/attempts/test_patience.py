"""A press that came in time counts, however long it waits in a queue; and no attempt waits for ever."""

import asyncio
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connections

from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.attempts.services import (
    Submission,
    expire_overdue,
    pressing,
    start_attempt,
    stop_submitting,
    submit_soon,
)
from backend.attempts.services import submitting as submitting_module
from backend.attempts.services.ending import SETTLE
from backend.attempts.services.patience import _HOLD, BEHIND, MOST, patience
from backend.core.timing import GRACE
from backend.infra import clock
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

USUAL = GRACE + SETTLE + timedelta(seconds=1)


@pytest.fixture
def elsewhere():
    """Another process's connection to the same database."""
    parts = connections["default"].settings_dict
    with psycopg.connect(
        dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=parts["HOST"], port=parts["PORT"]
    ) as other:
        other.autocommit = True
        yield other


def overdue(by: timedelta) -> Attempt:
    now = clock.now()
    one = make_contest(now=now).rounds.get()
    attempt = start_attempt(person=make_person(territory=make_unit()), round=one, now=now)[0]
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=now - by - timedelta(minutes=15), deadline_at=now - by, state=AttemptState.OPEN
    )
    attempt.refresh_from_db()
    return attempt


def wait_until_nobody_holds() -> None:
    """PostgreSQL drops the locks of a connection that was closed a moment later."""
    give_up_at = time.monotonic() + 20
    while patience():
        assert time.monotonic() < give_up_at, "still held"
        time.sleep(0.05)


def test_the_sweeper_waits_for_a_process_that_is_behind_and_no_longer_than_told(elsewhere):
    recent, old = overdue(USUAL), overdue(USUAL + MOST)

    elsewhere.execute(_HOLD)
    elsewhere.execute(_HOLD)  # said again it is one lock: letting go once is enough
    held = patience()
    swept = expire_overdue(now=clock.now())
    states = [Attempt.objects.get(pk=one.pk).state for one in (recent, old)]
    elsewhere.execute("SELECT pg_advisory_unlock_all()")
    left = expire_overdue(now=clock.now())

    assert (held, swept, states) == (MOST, 1, [AttemptState.OPEN, AttemptState.EXPIRED])
    assert (patience(), left) == (timedelta(), 1)
    assert Attempt.objects.get(pk=recent.pk).state == AttemptState.EXPIRED


def test_a_process_that_dies_holds_nobody_up(elsewhere):
    elsewhere.execute(_HOLD)
    assert patience() == MOST

    elsewhere.close()

    wait_until_nobody_holds()
    assert patience() == timedelta()


def test_a_press_that_came_in_time_counts_though_the_queue_is_long(monkeypatch):
    attempt = overdue(USUAL)
    pressed_at = attempt.deadline_at - timedelta(seconds=1)
    gate, real = threading.Event(), submitting_module.submit_attempts

    def slow(submissions):
        # What stands in front in the queue takes its time.
        gate.wait(60)
        return real(submissions)

    monkeypatch.setattr(submitting_module, "submit_attempts", slow)

    async def press() -> list[object]:
        asked = asyncio.create_task(submit_soon(Submission(attempt.pk, 42, pressed_at)))
        loop = asyncio.get_running_loop()
        for _ in range(400):
            if await loop.run_in_executor(None, _patience):
                break
            await asyncio.sleep(0.05)
        swept = await loop.run_in_executor(None, _sweep)
        gate.set()
        told = await asked
        await stop_submitting(timeout_s=5)
        return [swept, told.state, told.prediction]

    assert pressed_at < clock.now() - BEHIND
    assert async_to_sync(press)() == [0, AttemptState.SUBMITTED, 42]
    wait_until_nobody_holds()


def test_a_press_by_http_counts_as_waiting_before_a_thread_takes_it():
    attempt = overdue(USUAL)

    async def press() -> list[object]:
        loop = asyncio.get_running_loop()
        with pressing(attempt.deadline_at):
            for _ in range(400):
                if await loop.run_in_executor(None, _patience):
                    break
                await asyncio.sleep(0.05)
            held = await loop.run_in_executor(None, _patience)
            swept = await loop.run_in_executor(None, _sweep)
        await stop_submitting(timeout_s=5)
        return [held, swept]

    assert async_to_sync(press)() == [MOST, 0]
    wait_until_nobody_holds()
    assert expire_overdue(now=clock.now()) == 1


def _patience() -> timedelta:
    try:
        return patience()
    finally:
        connections.close_all()


def _sweep() -> int:
    try:
        return expire_overdue(now=clock.now())
    finally:
        connections.close_all()
