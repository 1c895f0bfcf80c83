"""Messages of the topic socket. tests/vectors/topic-socket.json holds an example of each."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

MAX_BYTES = 8 * 1024
TOPICS_MAX = 20

Name = Annotated[str, msgspec.Meta(max_length=120)]
Names = Annotated[list[Name], msgspec.Meta(max_length=100)]


class SubFrame(msgspec.Struct, frozen=True, tag_field="t", tag="sub", forbid_unknown_fields=True):
    """Follow topics. `seen` tells by topic the epoch and version the client already shows."""

    topics: Names
    seen: dict[Name, tuple[str | int, int]] = {}


class UnsubFrame(msgspec.Struct, frozen=True, tag_field="t", tag="unsub", forbid_unknown_fields=True):
    topics: Names


class PingFrame(msgspec.Struct, frozen=True, tag_field="t", tag="ping"):
    """Asks whether the way there and back is open."""


ClientFrame = SubFrame | UnsubFrame | PingFrame
_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_TYPES = frozenset({"sub", "unsub", "ping"})


class BadFrame(Exception):
    """A frame that is none of ours. `code`: bad_json, unknown_type or bad_field."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def decode(text: str) -> ClientFrame:
    """Read a frame. Raises BadFrame."""
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        raise BadFrame(_explained(text)) from None
    except (msgspec.DecodeError, RecursionError):
        raise BadFrame("bad_json") from None


def _explained(text: str) -> str:
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return "bad_json"
    return "unknown_type" if isinstance(raw, dict) and raw.get("t") not in _TYPES else "bad_field"


def err(code: str, *, topic: str | None = None, retry_s: float | None = None) -> str:
    message: dict[str, Any] = {"t": "err", "code": code}
    if topic is not None:
        message["topic"] = topic
    if retry_s is not None:
        message["retry_ms"] = math.ceil(retry_s * 1000)
    return msgspec.json.encode(message).decode()


def pong(server_time: datetime) -> str:
    at = server_time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return msgspec.json.encode({"t": "pong", "server_time": at}).decode()
