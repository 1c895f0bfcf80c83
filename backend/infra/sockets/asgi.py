"""The shapes of ASGI, and the few messages our sockets send."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


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
