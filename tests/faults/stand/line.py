"""A TCP line between two of our processes that a fault can cut, hold up, slow down or chop."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

CHUNK = 64 * 1024
# What PostgreSQL says when it is ready and outside any transaction: whatever was sent before is committed.
COMMITTED = b"Z\x00\x00\x00\x05I"


class State(StrEnum):
    """What a line does to whoever uses it."""

    OPEN = "open"
    BLACKHOLE = "blackhole"  # what is sent stays under way, in both directions, without a word
    DOWN = "down"  # connections are reset, new ones as well


class Line:
    """Listens on a port of its own and passes bytes on to `target`. All methods belong to the line's event loop."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.latency_s = 0.0
        self.slice_bytes = 0
        self.cut_count = 0
        self._cuts_wanted = 0
        self._cuts_for = b""
        self._state = State.OPEN
        self._passes = asyncio.Event()
        self._passes.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._accepted: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK, backlog=512)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more connections and break those there are."""
        assert self._server is not None
        self._server.close()
        self.heal()
        while self._accepted:
            self.reset()
            await asyncio.wait(self._accepted, timeout=1)

    def set(self, state: State) -> None:
        """Change what the line does; what a blackhole swallowed goes on its way once the line is open again."""
        self._state = state
        if state is State.BLACKHOLE:
            self._passes.clear()
        else:
            self._passes.set()
        if state is State.DOWN:
            self.reset()

    def reset(self) -> None:
        """Break every connection with RST; new ones are taken."""
        for writer in list(self._open):
            _abort(writer)

    def cut_replies(self, count: int, *, of: bytes) -> None:
        """Swallow the next `count` replies that tell of a commit, and break their connections.

        `of` stands in the first bytes of the connections meant: PostgreSQL's clients give their name there.
        """
        self._cuts_wanted, self._cuts_for = count, of

    def heal(self) -> None:
        """Be a plain line again."""
        self.latency_s, self.slice_bytes, self._cuts_wanted = 0.0, 0, 0
        self.set(State.OPEN)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._accepted.add(task)
        task.add_done_callback(self._accepted.discard)
        self._open.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            if self._state is State.DOWN:
                return
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target, limit=CHUNK)
            self._open.add(far)
            talk = _Talk()
            pumps = (self._pump(reader, far, talk.sent), self._pump(far_reader, writer, talk.told, self._cutter(talk)))
            await asyncio.gather(*pumps)
        except (OSError, EOFError):
            pass
        finally:
            for one in (writer, far):
                if one is not None:
                    self._open.discard(one)
                    _abort(one)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        note: Callable[[bytes], None],
        is_cut: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        while data := await reader.read(CHUNK):
            note(data)
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
            await self._passes.wait()
            if is_cut(data):
                self.cut_count += 1
                raise EOFError
            for part in self._sliced(data):
                writer.write(part)
                await writer.drain()
        # One side has finished: the protocols here never go on half closed.
        raise EOFError

    def _sliced(self, data: bytes) -> list[bytes]:
        if not self.slice_bytes:
            return [data]
        return [data[at : at + self.slice_bytes] for at in range(0, len(data), self.slice_bytes)]

    def _cutter(self, talk: "_Talk") -> Callable[[bytes], bool]:
        def is_cut(data: bytes) -> bool:
            if self._cuts_wanted <= 0 or self._cuts_for not in talk.first or not data.endswith(COMMITTED):
                return False
            if talk.ready_count <= 1:  # the greeting ends the same way, and tells of no commit
                return False
            self._cuts_wanted -= 1
            return True

        return is_cut


class _Talk:
    """What passed on one connection: its first bytes, and how often the server said it was ready."""

    def __init__(self) -> None:
        self.first = b""
        self.ready_count = 0

    def sent(self, data: bytes) -> None:
        if len(self.first) < 1024:
            self.first += data

    def told(self, data: bytes) -> None:
        self.ready_count += data.endswith(COMMITTED)


def _abort(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        raw = writer.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
