"""The shapes of ASGI, and the few messages our sockets send."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Where the scope of an HTTP request holds when the last byte of it had entered the process.
RECEIVED_AT = "hoithi.received_at"
SHORT_ROAD = "hoithi.short_road"  # the name of our server's extension in the scope


class ShortRoad(Protocol):
    """What our own server offers beside `receive` and `send`: a small text without a task, a queue or a wait.

    `take_now` is told of a text as it arrives; where it returns False, or is None, the text comes by `receive`. Texts
    never overtake what waits there.
    """

    take_now: Callable[[str], bool] | None

    def send_now(self, text: str) -> bool:
        """Send without waiting; False where that cannot be: the peer is slow, or the text long."""


def short_road(scope: Scope) -> ShortRoad | None:
    """Return the server's short road; None on any other ASGI server, where `receive` and `send` do it all."""
    offered: dict[str, ShortRoad] = scope.get("extensions", {}).get(SHORT_ROAD, {})
    return offered.get("road")


def header(scope: Scope, name: bytes) -> str | None:
    """Return a request header, or None. Names are lower case; of several the last one stands."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            found = value.decode("latin-1")
    return found


async def accept(send: Send) -> None:
    await send({"type": "websocket.accept"})


async def close(send: Send, code: int, reason: str = "") -> None:
    await send({"type": "websocket.close", "code": int(code), "reason": reason})
