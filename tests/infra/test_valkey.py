"""A connection that the event loop has closed already is one that was lost: redis knows what to do about that."""

import asyncio

import pytest
import redis
import redis.asyncio
import uvloop

from backend.core.waiting import Pace
from backend.infra import valkey
from backend.infra.waiting_room import Door, DoorFailed, Room
from backend.infra.waiting_room.script import KEYS


async def with_a_closed_transport() -> redis.asyncio.Redis:
    """Return a client of one connection whose transport was closed beneath it, and that has not noticed yet."""
    client = valkey.async_client()
    connection = await client.connection_pool.get_connection()
    connection._writer.transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert connection.is_connected
    client.connection = connection
    return client


def test_a_closed_transport_is_a_lost_connection_and_the_next_call_opens_another():
    async def talk() -> list[object]:
        client = await with_a_closed_transport()
        connection = client.connection
        with pytest.raises(redis.ConnectionError, match="is closed"):
            await connection.send_command("PING")
        await connection.send_command("PING")
        told = await connection.read_response()
        await client.aclose()
        return [told]

    # The product's own event loop: asyncio's writes into the void, uvloop raises RuntimeError.
    assert uvloop.run(talk()) == [b"PONG"]


def test_who_asks_at_the_door_while_the_connection_breaks_is_answered():
    async def come_in() -> list[object]:
        door = Door(Room(Pace(1000.0, 1000)))
        door._client = await with_a_closed_transport()
        try:
            async with asyncio.timeout(20):
                return [await door.ask(person_id=number, ticket=None) for number in (1, 2)]
        finally:
            await door.close()

    valkey.client().delete(*KEYS)
    assert uvloop.run(come_in()) == [None, None]


async def test_nobody_waits_for_ever_where_the_line_itself_fails():
    class Broken(Room):
        def ask_here(self, asks: object) -> list[None]:
            raise ZeroDivisionError

        def is_shared(self) -> bool:
            return False

    door = Door(Broken(Pace(1.0, 1)))

    async with asyncio.timeout(20):
        told = await asyncio.gather(*(door.ask(person_id=n, ticket=None) for n in (1, 2)), return_exceptions=True)
    await door.close()

    assert [type(one) for one in told] == [DoorFailed] * 2
    assert told[0] is not told[1]
