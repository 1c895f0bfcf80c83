"""The line between two processes: passes, slows, chops, holds, cuts and swallows, as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.stand.line import COMMITTED, Line, State

HELLO = b"user hoithi answers\0"


@asynccontextmanager
async def echoing() -> AsyncIterator[Line]:
    """A line to a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1024):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    line = Line(server.sockets[0].getsockname()[1])
    await line.start()
    try:
        yield line
    finally:
        await line.stop()
        server.close()
        await server.wait_closed()


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def of(cls, line: Line) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", line.port))

    async def ask(self, data: bytes, *, wait_s: float = 5.0) -> bytes:
        """Return what comes back, b"" where the connection breaks. Raises TimeoutError."""
        self.writer.write(data)
        async with asyncio.timeout(wait_s):
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self.reader.readexactly(len(data))
        self.writer.close()
        return b""


@pytest.mark.parametrize("changes", [{}, {"latency_s": 0.02}, {"slice_bytes": 3}])
async def test_bytes_arrive_whole(changes: dict[str, float]):
    async with echoing() as line:
        for name, value in changes.items():
            setattr(line, name, value)
        client = await Client.of(line)

        assert await client.ask(b"twenty bytes or more, in order") == b"twenty bytes or more, in order"


async def test_a_blackhole_holds_what_is_sent_until_it_heals():
    async with echoing() as line:
        client = await Client.of(line)
        await client.ask(b"open")
        line.set(State.BLACKHOLE)

        with pytest.raises(TimeoutError):
            await client.ask(b"held", wait_s=0.2)
        line.heal()

        assert await client.reader.readexactly(4) == b"held"


async def test_a_line_that_is_down_breaks_old_and_new_connections():
    async with echoing() as line:
        old = await Client.of(line)
        await old.ask(b"open")
        line.set(State.DOWN)
        new = await Client.of(line)

        assert [await old.ask(b"old"), await new.ask(b"new")] == [b"", b""]
        line.heal()
        assert await (await Client.of(line)).ask(b"again") == b"again"


async def test_replies_to_commits_are_swallowed_on_the_connections_that_are_meant():
    async with echoing() as line:
        meant, other = await Client.of(line), await Client.of(line)
        greeting, commit = HELLO + COMMITTED, b"done" + COMMITTED
        assert await meant.ask(greeting) == greeting
        assert await other.ask(b"somebody else" + COMMITTED) == b"somebody else" + COMMITTED

        line.cut_replies(1, of=HELLO)

        assert await other.ask(commit) == commit
        assert await meant.ask(b"in a transaction") == b"in a transaction"
        assert await meant.ask(commit) == b""
        assert line.cut_count == 1
        again = await Client.of(line)
        assert await again.ask(greeting) == greeting
        assert await again.ask(commit) == commit
