"""The short form of the faults: the same trials as `run.py faults`, with few clients and little time."""

import asyncio

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.stand.servers import Stand
from tests.faults.trial import play

pytestmark = [pytest.mark.slow, pytest.mark.worker]

CLIENTS = 8
SECONDS = 4.0
SEED = 20_261_125


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if fault.is_short])
def test_no_promise_is_broken_by(stand: Stand, name: str):
    plan = FAULTS[name].plan
    assert plan is not None

    report = asyncio.run(play(plan, stand, seed=SEED, clients=CLIENTS, seconds=SECONDS, is_short=True))

    assert report.findings == []
    assert report.figures["acks"] > CLIENTS
