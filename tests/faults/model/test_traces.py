"""Fifty recorded walks of the model, replayed on PostgreSQL through the product's services: the model is the oracle."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from backend.attempts.services import ending, stop_recording
from backend.participation.recounting import recount
from backend.participation.services import drain_all
from backend.standings.services import rebuild_standings
from tests.faults.model import state
from tests.faults.model.replay import Replay
from tests.faults.model.stored import of_model, of_product
from tests.faults.model.walk import Step, Walk

TRACES, GROUPS = 50, 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_product_tells_and_stores_what_the_model_does(group: int):
    for seed in range(group, TRACES, GROUPS):
        walk, replay = Walk(seed), Replay()

        told = asyncio.run(_play(replay, walk))

        assert [(seed, *step, answer) for step, answer in told if answer != step[3]] == []
        assert {"seed": seed, **of_product(replay)} == {"seed": seed, **of_model(walk.engine.store)}
    assert recount().is_exact
    assert rebuild_standings(apply=False).mismatch_count == 0


async def _play(replay: Replay, walk: Walk) -> list[tuple[Step, Any]]:
    """Play in a thread beside one event loop, as a server does: its flusher lives as long as the trace."""

    def in_thread() -> list[tuple[Step, Any]]:
        try:
            told = [(step, replay.play(step)) for step in walk.steps]
            drain_all()
            return told
        finally:
            connections.close_all()

    try:
        return await sync_to_async(in_thread, thread_sensitive=False)()
    finally:
        await stop_recording(timeout_s=5)


def test_the_model_waits_as_long_as_the_product():
    assert state.SETTLE == ending.SETTLE


def test_the_walks_meet_everything_that_can_be_told():
    seen: Counter[str] = Counter()
    for seed in range(TRACES):
        walk = Walk(seed)
        counted = {result.person for result in walk.engine.store.results.values()}
        seen["erased who counts"] += any(walk.engine.store.people[number].erased_at for number in counted)
        for name, _, crash, told, *_ in walk.steps:
            seen[f"{name} {crash}"] += 1
            seen.update(told if isinstance(told, list) else [f"{name} told {bool(told) if name == 'start' else told}"])

    wanted = {
        "saved", "superseded", "seq_conflict", "closed", "start told True", "start told False", "submit told submitted",
        "submit told expired", "compute told computing", "compute told computed", "decide told applied",
        "decide told cancelled", "decide told none", "propose told True", "propose told False", "drain before",
        "submit before", "submit after", "answer before", "answer after", "sweep before", "compute before",
        "erase told 0", "erase told 1", "erase told 2", "erase before", "erase after", "withdraw before",
        "withdraw after",
    }  # fmt: skip
    assert wanted - set(seen) == set()
    assert seen["erased who counts"] > TRACES // 5
