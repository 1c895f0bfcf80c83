"""A real worker on the real servers: what is recorded is counted and ticks, by hints alone and by beat alone."""

import json
import subprocess
import time
from collections.abc import Iterator

import pytest
import redis
from django.db import transaction

from backend.infra import keys, valkey
from backend.participation.models import StatEvent
from backend.participation.queries import Counts, Scope, count_all
from backend.participation.recounting import recount
from backend.participation.services import record_participation
from tests.factories import make_contest, make_person, make_unit
from tests.pipeline.processes import START_S, process, wait_for
from tests.results_at_hand import make_result, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker, pytest.mark.slow]


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    with process("worker", "--concurrency", "2") as started:
        wait_for(lambda: valkey.get(keys.heartbeat("worker")), timeout_s=START_S)
        yield started


def test_a_recorded_result_is_counted_and_ticks_and_the_recount_agrees(worker):
    one = make_contest().rounds.get()
    ward = make_unit()
    topics = [keys.round_topic(one.uuid), keys.unit_topic(one.uuid, ward.uuid)]
    valkey.client().zadd(keys.WATCHED, {topic: time.time() + 120 for topic in topics})
    heard: dict[str, int] = {}
    with valkey.client().pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(keys.TICKS_CHANNEL)

        def people_heard() -> dict[str, int]:
            while message := channel.get_message(timeout=0.05):
                # Channels know no databases: what tests beside this one publish is heard too.
                if any(topic.encode() in message["data"] for topic in topics):
                    tick = json.loads(message["data"])
                    heard[tick["topic"]] = tick["data"]["people"]
            return heard

        for correct in (1, 3, 3):
            record(person=make_person(), round=one, correct=correct, territory=ward)

        wait_for(lambda: people_heard() == dict.fromkeys(topics, 3))
        wait_for(lambda: not StatEvent.objects.exists())
    assert count_all(Scope.of(one)) == Counts(entries=3, people=3, all_correct=2)
    assert recount().is_exact

    # Without any hint, beat alone brings the worker to it.
    with process("beat"):
        with transaction.atomic():
            result = make_result(person=make_person(), round=one, correct=0, territory=ward)
            record_participation(result_ids=[result.pk])
        wait_for(lambda: not StatEvent.objects.exists(), timeout_s=START_S)
    assert count_all(Scope.of(one)) == Counts(entries=4, people=4, all_correct=2)
    assert worker.poll() is None


def test_recording_goes_on_unhindered_while_valkey_is_away(settings, monkeypatch: pytest.MonkeyPatch):
    one = make_contest().rounds.get()
    # In the place of the client, not of its address: the thread of the hints would keep a client of nowhere for others.
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(valkey, "client", lambda: nowhere)
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    person = make_person()

    began = time.monotonic()
    record(person=person, round=one, correct=3)

    assert time.monotonic() - began < 2
    assert count_all(Scope.of(one)) == Counts(1, 1, 1)
