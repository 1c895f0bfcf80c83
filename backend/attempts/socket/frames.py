"""Messages of the attempt socket, as bytes on the wire. tests/vectors/attempt-socket.json holds an example of each."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from backend.attempts.services import AnswerOutcome
from backend.core.rules.registry import PREDICTIONS

MAX_BYTES = 8 * 1024
PREDICTION_MAX = max(one.most for one in PREDICTIONS.values())
ANSWER_BEGINS = '{"t":"answer",'  # as our own front end spells it; any other spelling is read too, by the long road
_SEQ_MAX = 2**31 - 1  # the column's type

Seq = Annotated[int, msgspec.Meta(ge=1, le=_SEQ_MAX)]
Place = Annotated[int, msgspec.Meta(ge=1, le=32_767)]


class AnswerFrame(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="answer", forbid_unknown_fields=True):
    """`choice`: positions from 1; none takes the answer back."""

    seq: Seq
    item: Place
    choice: Annotated[list[Place], msgspec.Meta(max_length=26)]


class TextFrame(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="text", forbid_unknown_fields=True):
    """An answer in words; an empty text takes it back. How long it may be the paper says."""

    seq: Seq
    item: Place
    text: str


class SubmitFrame(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="submit", forbid_unknown_fields=True):
    prediction: Annotated[int, msgspec.Meta(ge=0, le=PREDICTION_MAX)] | None = None


class PingFrame(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="ping"):
    """Asks whether the way there and back is open."""


ClientFrame = AnswerFrame | TextFrame | SubmitFrame | PingFrame
_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_TYPES = frozenset({"answer", "text", "submit", "ping"})


class BadFrame(Exception):
    """A frame that is none of ours. `code`: bad_json, unknown_type or bad_field; `ref`: its seq where one was read."""

    def __init__(self, code: str, ref: int | None) -> None:
        self.code = code
        self.ref = ref
        super().__init__(code)


def decode(text: str) -> ClientFrame:
    """Read a frame. Raises BadFrame."""
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        raise _explained(text) from None
    except (msgspec.DecodeError, RecursionError):
        raise BadFrame("bad_json", None) from None


def _explained(text: str) -> BadFrame:
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return BadFrame("bad_json", None)
    if not isinstance(raw, dict):
        return BadFrame("bad_field", None)
    seq = raw.get("seq")
    ref = seq if isinstance(seq, int) and not isinstance(seq, bool) else None
    return BadFrame("bad_field" if raw.get("t") in _TYPES else "unknown_type", ref)


def hello(*, server_time: datetime, deadline_at: datetime, saved: Sequence[Any]) -> str:
    return _encode(
        {"t": "hello", "server_time": iso(server_time), "deadline_at": iso(deadline_at), "saved": list(saved)}
    )


def saved(item: int, seq: int) -> str:
    # The one message sent tens of thousands of times a second: three integers need no encoder.
    return f'{{"t":"saved","item":{item},"seq":{seq}}}'


def superseded(frame: AnswerFrame | TextFrame, stored_seq: int) -> str:
    """Say that a higher `seq` is stored already: `seq` is that one, `ref` the one sent."""
    return _encode({"t": "saved", "item": frame.item, "seq": stored_seq, "superseded": True, "ref": frame.seq})


def seq_conflict(frame: AnswerFrame | TextFrame, outcome: AnswerOutcome) -> str:
    held: dict[str, Any] = {"choice": list(outcome.choice)} if outcome.text is None else {"text": outcome.text}
    stored = {"seq": outcome.seq, **held}
    return _encode({"t": "err", "code": "seq_conflict", "ref": frame.seq, "item": frame.item, "stored": stored})


def err(code: str, *, ref: int | None = None, retry_s: float | None = None) -> str:
    message: dict[str, Any] = {"t": "err", "code": code}
    if ref is not None:
        message["ref"] = ref
    if retry_s is not None:
        message["retry_ms"] = math.ceil(retry_s * 1000)
    return _encode(message)


def submitted(*, state: str, submitted_at: datetime, receipt: str, result_shown_at: datetime | None) -> str:
    """Say that the attempt has ended. `result_shown_at` None: the result may be seen already."""
    shown_at = None if result_shown_at is None else iso(result_shown_at)
    ended = {"state": state, "submitted_at": iso(submitted_at), "receipt": receipt, "result_shown_at": shown_at}
    return _encode({"t": "submitted", **ended})


def pong(server_time: datetime) -> str:
    return _encode({"t": "pong", "server_time": iso(server_time)})


def closed(reason: str) -> str:
    return _encode({"t": "closed", "reason": reason})


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
