"""The attempt socket on the short road: what is sent at once and what has to wait leave in the order they were said."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.attempts.papers import ItemShape
from backend.attempts.services import stop_recording
from backend.attempts.socket import frames
from backend.attempts.socket.admission import SeatedAttempt
from backend.attempts.socket.connection import AttemptSocket
from backend.infra.sockets.sessions import SignedIn

DEADLINE = datetime.now(UTC) + timedelta(hours=1)
ATTEMPT = SeatedAttempt(UUID(int=1), 1, 1, 1, "open", DEADLINE, [], [])
SIGNED_IN = SignedIn(person_id=1, session_key="", password_digest="")


class Server:
    """The server's end of ASGI with a short road, and a peer that can be slow."""

    def __init__(self) -> None:
        self.take_now: Callable[[str], bool] | None = None
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[Any] = []
        self.at_once = 0
        self.is_writable = asyncio.Event()
        self.is_writable.set()

    async def receive(self) -> Any:
        return await self.incoming.get()

    async def send(self, message: Any) -> None:
        await self.is_writable.wait()
        self.sent.append(json.loads(message["text"]))

    def send_now(self, text: str) -> bool:
        if not self.is_writable.is_set():
            return False
        self.at_once += 1
        self.sent.append(json.loads(text))
        return True

    async def say(self, text: str) -> None:
        """Hand a text to the application as our server does, and let it act."""
        if self.take_now is None or not self.take_now(text):
            self.incoming.put_nowait({"type": "websocket.receive", "text": text})
        for _ in range(5):
            await asyncio.sleep(0)


def answer(seq: int) -> str:
    """An answer to a place that the paper does not have: refused at once, by its `seq`, and never stored."""
    return f'{frames.ANSWER_BEGINS}"seq":{seq},"item":9,"choice":[1]}}'


async def test_messages_to_a_peer_that_is_slow_for_a_while_keep_their_order():
    server = Server()
    shape = (ItemShape(4, is_single=True),)
    socket = AttemptSocket(ATTEMPT, shape, signed_in=SIGNED_IN, receive=server.receive, send=server.send, road=server)
    socket.greet(ATTEMPT)
    serving = asyncio.ensure_future(socket.serve())
    await asyncio.sleep(0)

    await server.say(answer(1))
    server.is_writable.clear()
    await server.say(answer(2))
    await server.say('{"t": "answer", "seq": 3, "item": 9, "choice": [1]}')
    await server.say(answer(4))
    server.is_writable.set()
    await server.say(answer(5))
    await server.say(answer(6))
    server.incoming.put_nowait({"type": "websocket.disconnect"})
    await serving
    await stop_recording(timeout_s=1)

    assert [message.get("ref") for message in server.sent] == [None, 1, 2, 3, 4, 5, 6]
    assert {message["code"] for message in server.sent[1:]} == {"unknown_item"}
    assert 3 <= server.at_once < 6  # hello, 1 and 6 at least; never 2 to 4
