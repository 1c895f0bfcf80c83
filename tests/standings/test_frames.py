"""The messages of the topic socket are those of the shared vectors."""

import json
from pathlib import Path

import pytest

from backend.infra.hub import Subscriber
from backend.infra.ticks import Frame, Tick
from backend.standings.socket import frames
from tests.factories import NOON

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "topic-socket.json").read_text())


@pytest.mark.parametrize("message", VECTORS["client"], ids=lambda message: message["t"])
def test_what_pages_send_is_understood(message):
    assert frames.decode(json.dumps(message))


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["frame"])
def test_what_is_none_of_ours_is_named(case):
    with pytest.raises(frames.BadFrame) as refused:
        frames.decode(case["frame"])

    assert refused.value.code == case["code"]


async def test_what_pages_are_sent_is_as_written():
    told = VECTORS["server"]
    tick = told["tick"]
    frame = Frame.of(Tick(tick["topic"], tick["epoch"], tick["version"], NOON, tick["data"]))
    subscriber = Subscriber()
    subscriber.reset(tick["topic"])
    subscriber.offer(frame)

    assert [json.loads(text) for text in await subscriber.take()] == [told["reset"], tick]
    assert json.loads(frames.pong(NOON)) == told["pong"]
    assert json.loads(frames.err("unknown_topic", topic="round:*")) == told["err"]
    assert Frame.decode(frame.text) == frame
