"""The grouped read alone: what waits is read together, and beyond its bound nobody waits."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY

from backend.infra.group_commit import GroupRead, ReadFailed
from backend.infra.group_commit.reserved import Connection

pytestmark = pytest.mark.django_db(transaction=True)


def figure(name: str, read: str) -> float:
    return REGISTRY.get_sample_value(name, {"read": read}) or 0.0


async def test_a_crowd_beyond_the_bound_is_told_to_come_later_and_the_others_are_read_together():
    groups: list[list[int]] = []

    async def load(connection: Connection, keys: Sequence[int]) -> list[int]:
        groups.append(list(keys))
        cursor = await connection.execute("SELECT 2 * n FROM unnest(%s::int[]) WITH ORDINALITY t(n, i)", [list(keys)])
        return [row[0] for row in await cursor.fetchall()]

    reader = GroupRead(name="test crowd", load=load, capacity=3)
    crowd = [asyncio.create_task(reader.get(number)) for number in range(5)]
    await asyncio.sleep(0)
    reading = asyncio.create_task(reader.run())

    told = await asyncio.gather(*crowd, return_exceptions=True)
    later = await reader.get(7)

    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading
    assert told[:3] == [0, 2, 4]
    assert [type(one) for one in told[3:]] == [ReadFailed] * 2
    assert later == 14
    assert groups == [[0, 1, 2], [7]]
    assert figure("hoithi_reads_waiting_most", "test crowd") == 3
    assert figure("hoithi_reads_refused_total", "test crowd") == 2
