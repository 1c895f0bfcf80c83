"""The hub against a real Valkey: newest state only, at most one tick a second, loss told."""

import asyncio
import contextlib
import json
import os
import time

import pytest
import redis

from backend.infra import keys, valkey
from backend.infra.hub import Hub, Subscriber, Unavailable
from backend.infra.ticks import Frame, Tick
from tests.factories import NOON

# What is published reaches the hubs of all test processes, whatever database each has: a name for each process.
NAME = f"round:test-{os.getpid()}"


def frame(version: int, *, epoch: str = "1.life", people: int = 0, name: str = NAME) -> Frame:
    return Frame.of(Tick(name, epoch, version, NOON, {"people": people}))


class Builds:
    """Builds states for a hub and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Frame | None = frame(1)

    async def __call__(self, name: str) -> Frame | None:
        self.asked.append(name)
        await asyncio.sleep(0.05)
        return self.answer


@pytest.fixture
async def hub():
    client = valkey.client()
    client.flushdb()
    builds = Builds()
    made = Hub(builds)
    made.builds = builds
    made.start()
    give_up_at = time.monotonic() + 30
    # Not by the number of those who listen: other test processes' hubs are among them.
    while not made._heard_once and time.monotonic() < give_up_at:
        await asyncio.sleep(0.01)
    yield made
    await made.stop()


async def taken(subscriber: Subscriber, timeout_s: float = 20) -> list[dict]:
    async with asyncio.timeout(timeout_s):
        return [json.loads(text) for text in await subscriber.take()]


async def nothing(subscriber: Subscriber, during_s: float = 0.3) -> bool:
    with contextlib.suppress(TimeoutError):
        await taken(subscriber, during_s)
        return False
    return True


def publish(one: Frame) -> None:
    valkey.client().publish(keys.TICKS_CHANNEL, one.text)


async def test_readers_who_come_together_share_one_build_and_get_the_state_at_once(hub):
    first, second = Subscriber(), Subscriber()

    assert await asyncio.gather(hub.subscribe(first, NAME), hub.subscribe(second, NAME)) == [True, True]

    assert hub.builds.asked == [NAME]
    assert [one["version"] for one in await taken(first) + await taken(second)] == [1, 1]
    assert valkey.client().zscore(keys.WATCHED, NAME) is not None


async def test_a_kept_state_is_sent_without_a_build(hub):
    valkey.client().set(keys.snapshot(NAME), frame(7).text)
    subscriber = Subscriber()

    await hub.subscribe(subscriber, NAME)

    assert [one["version"] for one in await taken(subscriber)] == [7]
    assert hub.builds.asked == []


async def test_a_topic_that_does_not_exist_is_refused_and_forgotten(hub):
    hub.builds.answer = None
    subscriber = Subscriber()

    assert await hub.subscribe(subscriber, NAME) is False

    assert subscriber.topics == set()


async def test_what_the_client_has_seen_is_not_sent_again(hub):
    subscriber = Subscriber()

    await hub.subscribe(subscriber, NAME, ("1.life", 1))

    assert await nothing(subscriber)


async def test_another_epoch_is_told_as_a_reset_before_the_state(hub):
    subscriber = Subscriber()

    await hub.subscribe(subscriber, NAME, ("1.before", 99))

    assert [(one["t"], one.get("version")) for one in await taken(subscriber)] == [("reset", None), ("tick", 1)]


async def test_a_topic_ticks_at_most_once_a_second_and_a_slow_reader_gets_the_newest(hub):
    subscriber = Subscriber()
    await hub.subscribe(subscriber, NAME)
    await taken(subscriber)

    publish(frame(2))
    first = await taken(subscriber)
    began = time.monotonic()
    for version in range(3, 40):
        publish(frame(version, people=version))
        await asyncio.sleep(0.005)
    ticks = first
    while ticks[-1]["version"] < 39:
        ticks += await taken(subscriber)

    assert len(ticks) <= 2 + (time.monotonic() - began)
    assert len({one["version"] for one in ticks}) == len(ticks)
    assert await nothing(subscriber)


async def test_an_older_state_is_not_passed_on(hub):
    subscriber = Subscriber()
    hub.builds.answer = frame(5)
    await hub.subscribe(subscriber, NAME)
    await taken(subscriber)

    publish(frame(4))

    assert await nothing(subscriber)


async def test_a_broken_message_harms_nobody(hub):
    subscriber = Subscriber()
    await hub.subscribe(subscriber, NAME)
    await taken(subscriber)

    valkey.client().publish(keys.TICKS_CHANNEL, b"\xff{")
    valkey.client().publish(keys.TICKS_CHANNEL, b"[1]")
    publish(frame(2))

    assert [one["version"] for one in await taken(subscriber)] == [2]


async def test_after_a_lost_connection_every_reader_is_told_and_gets_the_state_anew(hub):
    subscriber = Subscriber()
    await hub.subscribe(subscriber, NAME)
    await taken(subscriber)
    hub.builds.answer = frame(9)

    own = str(valkey.client().connection_pool.connection_kwargs.get("db", 0))
    for one in valkey.client().client_list(_type="pubsub"):
        if one["db"] == own:
            with contextlib.suppress(redis.ResponseError):
                valkey.client().client_kill_filter(_id=one["id"])

    heard = await taken(subscriber, 12)
    assert [(one["t"], one.get("version")) for one in heard] == [("reset", None), ("tick", 9)]


async def test_who_left_is_forgotten(hub):
    subscriber = Subscriber()
    await hub.subscribe(subscriber, NAME)

    hub.leave(subscriber)

    assert hub._topics == {}
    assert subscriber.topics == set()


async def test_a_state_that_cannot_be_built_now_comes_with_the_next_tick(hub):
    async def fail(name: str) -> Frame | None:
        raise Unavailable

    hub._build = fail
    subscriber = Subscriber()

    with pytest.raises(Unavailable):
        await hub.subscribe(subscriber, NAME)
    publish(frame(2))

    assert [one["version"] for one in await taken(subscriber)] == [2]
