"""The flusher alone: batches, poison, outages, full queue. Against a real server; the rows are integers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from backend.infra.group_commit import Failure, GroupCommit, QueueFull
from backend.infra.group_commit.reserved import Connection

pytestmark = pytest.mark.django_db(transaction=True)
Commit = GroupCommit[int, int]


class Table:
    """Doubles what it stores; 13 breaks a constraint."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.before_commit: Callable[[Connection], Awaitable[None]] | None = None

    async def write(self, connection: Connection, writes: Sequence[int]) -> list[int | None]:
        self.batches.append(list(writes))
        async with connection.transaction():
            await connection.execute("CREATE TEMP TABLE IF NOT EXISTS numbers (n int PRIMARY KEY CHECK (n <> 13))")
            await connection.execute(
                "INSERT INTO numbers SELECT unnest(%s::int[]) ON CONFLICT DO NOTHING", [list(writes)]
            )
            if self.before_commit is not None:
                await self.before_commit(connection)
        return [2 * number for number in writes]


@asynccontextmanager
async def running(table: Table, **options: int) -> AsyncIterator[Commit]:
    commit = Commit(name="test", write=table.write, **options)
    task = asyncio.create_task(commit.run())
    try:
        yield commit
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def kill(application_name: str) -> None:
    from backend.infra.group_commit import reserved

    parameters = {**reserved.parameters("test nemesis")}
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as nemesis:
        await nemesis.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [application_name]
        )


async def test_what_waits_together_is_written_together():
    table = Table()
    async with running(table, batch_max=4) as commit:
        outcomes = await asyncio.gather(*(commit.commit(number) for number in range(10)))

    assert outcomes == [2 * number for number in range(10)]
    assert table.batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


async def test_a_poisonous_write_is_refused_alone():
    table = Table()
    async with running(table) as commit:
        outcomes = await asyncio.gather(*(commit.commit(number) for number in range(10, 18)))

    assert outcomes == [20, 22, 24, Failure.REFUSED, 28, 30, 32, 34]


async def test_a_connection_killed_in_mid_batch_is_replaced_and_the_batch_sent_again():
    table = Table()

    async def die_once(connection: Connection) -> None:
        table.before_commit = None
        await kill("hoithi test")
        await connection.execute("SELECT 1")

    async with running(table) as commit:
        assert await commit.commit(1) == 2
        table.before_commit = die_once
        assert await commit.commit(2) == 4

    assert table.batches == [[1], [2], [2]]


async def test_a_full_queue_refuses_at_once():
    table = Table()
    gate = asyncio.Event()

    async def wait(connection: Connection) -> None:
        await gate.wait()

    table.before_commit = wait
    async with running(table, capacity=2) as commit:
        waiting = [asyncio.create_task(commit.commit(number)) for number in (1, 2)]
        await asyncio.sleep(0.05)

        with pytest.raises(QueueFull):
            await commit.commit(3)
        gate.set()

        assert await asyncio.gather(*waiting) == [2, 4]


async def test_who_waits_longer_than_a_second_is_told_to_try_again_and_the_write_still_happens():
    table = Table()
    gate = asyncio.Event()

    async def wait(connection: Connection) -> None:
        await gate.wait()

    table.before_commit = wait
    async with running(table) as commit:
        began = asyncio.get_running_loop().time()
        first = await commit.commit(1)
        waited = asyncio.get_running_loop().time() - began
        gate.set()
        assert await commit.drained(2)

    # Told while the write itself still stood before its commit.
    assert first is Failure.RETRY
    assert waited >= 1.0
    assert table.batches == [[1]]


async def test_a_locked_row_is_tried_again_and_holds_up_nobody():
    tries: list[list[int]] = []

    async def write(connection: Connection, writes: Sequence[int]) -> list[int | None]:
        tries.append(list(writes))
        return [None if number == 7 and len(tries) < 3 else number for number in writes]

    commit = Commit(name="test", write=write)
    task = asyncio.create_task(commit.run())
    slow, fast = asyncio.create_task(commit.commit(7)), asyncio.create_task(commit.commit(8))
    assert await fast == 8
    assert not slow.done()
    assert await slow == 7
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert tries == [[7, 8], [7], [7]]


async def test_stopping_tells_who_waits_to_try_again():
    table = Table()

    async def wait(connection: Connection) -> None:
        await asyncio.sleep(30)

    table.before_commit = wait
    async with running(table) as commit:
        waiting = asyncio.create_task(commit.commit(1))
        await asyncio.sleep(0.05)

    assert await waiting is Failure.RETRY


async def test_warming_opens_the_connection_and_writes_nothing():
    table = Table()
    async with running(table) as commit:
        assert await commit.warm()
        assert (table.batches, commit.waiting_count) == ([[]], 0)
        await kill("hoithi test")
        assert [await commit.warm() for _ in range(2)][-1]
        assert await commit.commit(1) == 2

    assert table.batches[-1] == [1]


async def test_warming_where_the_database_is_out_keeps_nobody_waiting(monkeypatch):
    async def refuse(*_: object, **__: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", refuse)
    async with running(Table()) as commit:
        assert not await commit.warm()


async def test_who_waits_for_warmth_is_told_when_the_flusher_stops():
    commit = Commit(name="test", write=Table().write)
    task = asyncio.create_task(commit.run())
    waiting = asyncio.create_task(commit.warm())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert not await waiting
    # And whoever comes after it has stopped.
    assert not await asyncio.wait_for(commit.warm(), 10)
