"""WebSocket frames of the load, made ahead: a phone that only counts must not cost what the server costs.

Every socket sends the same answers in the same order, so a frame is made once and shared by all. `seq` says everything:
the place it answers and the position it chooses, which lets the check afterwards know what must be stored.
"""

import base64
import os
import struct

ITEMS = 20  # places of a paper of the load
OPTIONS = 4
_FIN_TEXT, _FIN_PONG, _FIN_CLOSE = 0x81, 0x8A, 0x88
_MASKED = 0x80
TEXT, CLOSE, PING = 0x1, 0x8, 0x9


def item_of(seq: int) -> int:
    """Return the place, from 1, that the answer of this `seq` belongs to."""
    return 1 + (seq - 1) % ITEMS


def choice_of(seq: int) -> int:
    """Return the one position, from 1, that this `seq` chooses. It changes each time a place is answered again."""
    return 1 + (seq + seq // ITEMS) % OPTIONS


def answer_text(seq: int) -> bytes:
    return b'{"t":"answer","seq":%d,"item":%d,"choice":[%d]}' % (seq, item_of(seq), choice_of(seq))


def saved_text(seq: int) -> bytes:
    """Return the acknowledgement of an answer as the product and the floor write it."""
    return b'{"t":"saved","item":%d,"seq":%d}' % (item_of(seq), seq)


def masked(payload: bytes, *, first: int = _FIN_TEXT) -> bytes:
    """Return one whole frame from a client (RFC 6455, 5.2)."""
    mask = os.urandom(4)
    length = len(payload)
    head = bytes((first, _MASKED | length)) if length < 126 else struct.pack("!BBH", first, _MASKED | 126, length)
    repeated = (mask * (length // 4 + 1))[:length]
    body = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return head + mask + body.to_bytes(length, "big")


def pong(payload: bytes) -> bytes:
    return masked(payload, first=_FIN_PONG)


def closing() -> bytes:
    return masked(struct.pack("!H", 1000), first=_FIN_CLOSE)


def handshake(*, host: str, path: str, origin: str, session_key: str) -> bytes:
    """Return the request that opens a socket, as a browser that is signed in sends it."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Origin: {origin}",
        f"Cookie: sessionid={session_key}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Cut what a server sent into (opcode, payload) pairs and the rest that is not whole yet."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(data)
    while end - at >= 2:
        length, start = data[at + 1], at + 2
        if length == 126:
            if end - at < 4:
                break
            length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        if start + length > end:
            break
        found.append((data[at] & 0x0F, data[start : start + length]))
        at = start + length
    return found, data[at:]


class Script:
    """Frames and acknowledgements by `seq`, made when first asked for and kept."""

    def __init__(self, *, ahead: int) -> None:
        self._frames = [b""]
        self.seq_of_ack: dict[bytes, int] = {}
        self.frame(ahead)

    def frame(self, seq: int) -> bytes:
        while len(self._frames) <= seq:
            new = len(self._frames)
            self._frames.append(masked(answer_text(new)))
            self.seq_of_ack[saved_text(new)] = new
        return self._frames[seq]
