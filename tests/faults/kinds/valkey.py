"""Faults of the two Valkeys, the cache with its fan-out and the broker: answers must not notice any of them."""

import asyncio

import redis

from tests.faults.stand.line import Line, State
from tests.faults.trial import Scene


async def lose_cache(scene: Scene) -> None:
    """F4: the cache is emptied, paused, stopped, and killed to come back with nothing."""
    stand, pause_s = scene.stand, 1.0 if scene.is_short else 5.0
    with _client(scene, "cache") as cache:
        cache.flushall()
        await _acks_go_on(scene, "FLUSHALL", pause_s)
        cache.client_pause(int(pause_s * 1000))
        await _acks_go_on(scene, "CLIENT PAUSE", pause_s)
    stand.freeze("cache")
    await _acks_go_on(scene, "SIGSTOP", pause_s)
    stand.thaw("cache")
    stand.lose_data("cache")
    await _acks_go_on(scene, "kill -9 and empty", pause_s)


async def lose_broker(scene: Scene) -> None:
    """F5: the broker loses all messages, all its connections, its life; workers hear it again without a restart."""
    stand, pause_s = scene.stand, 1.0 if scene.is_short else 5.0
    worker = stand.pid("worker")
    for blow in (
        lambda: stand.lose_data("broker"),
        lambda: stand.exchange.do("broker", Line.reset),
    ):
        blow()
        await _acks_go_on(scene, "the broker's loss", pause_s)
        if untold := await scene.crowd.submit(scene.crowd.phones[:1]):
            scene.findings.append(f"I10 {untold} submissions were not told while the broker was away")
    scene.figures["worker_restarted"] = float(stand.pid("worker") != worker)


async def fill_cache(scene: Scene) -> None:
    """F10: the cache may take nothing more (noeviction): answers go on, boards come from PostgreSQL."""
    with _client(scene, "cache") as cache:
        most = cache.config_get("maxmemory")["maxmemory"]
        cache.config_set("maxmemory", 1)
        try:
            await _acks_go_on(scene, "maxmemory", 2.0 if scene.is_short else scene.seconds / 2)
        finally:
            cache.config_set("maxmemory", most)


async def cut_cache(scene: Scene) -> None:
    """F12: the line to the cache is silent, broken, and half a second slow, each for a while."""
    stand, pause_s = scene.stand, 1.2 if scene.is_short else 5.0
    stand.line("cache", State.BLACKHOLE)
    await _acks_go_on(scene, "silence", pause_s)
    stand.line("cache", State.DOWN)
    await _acks_go_on(scene, "the break", pause_s)
    stand.line("cache", State.OPEN)
    stand.change_line("cache", latency_s=0.5)
    await _acks_go_on(scene, "slowness", pause_s * (1 if scene.is_short else 6))
    stand.change_line("cache", latency_s=0.0)


async def _acks_go_on(scene: Scene, what: str, pause_s: float) -> None:
    """Answers are acknowledged while this lasts, and who comes only now gets a paper."""
    scene.hit()
    before = scene.crowd.history.ack_count
    coming = asyncio.create_task(scene.come_in(what))
    await asyncio.sleep(pause_s)
    await coming
    # The journal of a phone whose process was away may need a moment; Valkey away must not cost one.
    if scene.crowd.history.ack_count == before and not await scene.crowd.wait_acks(1, wait_s=5):
        scene.findings.append(f"I1 answers stood still during {what}")


def _client(scene: Scene, name: str) -> redis.Redis:
    """Connect past the line, as a person with valkey-cli would."""
    return redis.Redis.from_url(scene.stand.valkeys[name].url, socket_timeout=5)
