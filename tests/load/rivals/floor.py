"""The floor: the least that could be called a durable answer over a WebSocket. A bare ASGI application, group commit.

No sign-in, no paper, no state, no deadline, no rate: whatever arrives is written. The same uvicorn settings as the
product, the same durable PostgreSQL, one flusher per process. What the product costs above it is what its checks cost.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import psycopg

TABLE = "load_floor_answer"
CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    attempt_id bigint, item smallint, seq int NOT NULL, choice smallint[] NOT NULL, received_at timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, item))
"""
_WRITE = f"""
INSERT INTO {TABLE} AS stored (attempt_id, item, seq, choice, received_at)
SELECT a, i, s, c::smallint[], now()
  FROM unnest(%s::bigint[], %s::smallint[], %s::int[], %s::text[]) AS t (a, i, s, c)
ON CONFLICT (attempt_id, item) DO UPDATE
   SET seq = excluded.seq, choice = excluded.choice, received_at = excluded.received_at
 WHERE stored.seq < excluded.seq
"""
_BATCH_MAX = 500

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


class _Answer(msgspec.Struct):
    seq: int
    item: int
    choice: list[int]


_decode = msgspec.json.Decoder(_Answer).decode


class _Flusher:
    def __init__(self) -> None:
        self.waiting: list[tuple[int, _Answer, Send]] = []
        self.wake = asyncio.Event()

    async def run(self) -> None:
        connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
        while True:
            await self.wake.wait()
            batch, self.waiting = self.waiting[:_BATCH_MAX], self.waiting[_BATCH_MAX:]
            if not self.waiting:
                self.wake.clear()
            newest = {(attempt_id, one.item): one for attempt_id, one, _ in batch}
            await connection.execute(
                _WRITE,
                [
                    [attempt_id for attempt_id, _ in newest],
                    [item for _, item in newest],
                    [one.seq for one in newest.values()],
                    [f"{{{','.join(map(str, one.choice))}}}" for one in newest.values()],
                ],
                prepare=True,
            )
            for _, one, send in batch:
                text = f'{{"t":"saved","item":{one.item},"seq":{one.seq}}}'
                await send({"type": "websocket.send", "text": text})


_flusher = _Flusher()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Serve `/{round id}/{attempt id}`."""
    if scope["type"] == "lifespan":
        await receive()
        task = asyncio.ensure_future(_flusher.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        task.cancel()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"t":"hello"}'})
    attempt_id = int(scope["path"].rpartition("/")[2])
    while (message := await receive())["type"] == "websocket.receive":
        _flusher.waiting.append((attempt_id, _decode(message["text"]), send))
        _flusher.wake.set()
