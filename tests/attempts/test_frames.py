"""The wire of the attempt socket, by the vectors that the front end reads as well."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from backend.attempts.services import AnswerOutcome
from backend.attempts.socket import frames
from backend.core.merging import Verdict

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "attempt-socket.json").read_text())
AT = datetime(2026, 11, 18, 5, 0, 1, 250_000, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 16, 0, 2, tzinfo=UTC)
SENT = frames.AnswerFrame(seq=12, item=7, choice=[2])
WRITTEN = frames.TextFrame(seq=12, item=7, text="Hà Nội")


def test_what_clients_send_is_read():
    read = [msgspec.to_builtins(frames.decode(vector["text"])) for vector in VECTORS["client"]]

    assert read == [vector["frame"] for vector in VECTORS["client"]]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["text"])
def test_what_is_no_frame_is_refused_by_its_code(vector):
    with pytest.raises(frames.BadFrame) as refusal:
        frames.decode(vector["text"])

    assert (refusal.value.code, refusal.value.ref) == (vector["code"], vector["ref"])


def test_what_the_server_says_is_written():
    written = {
        "hello": frames.hello(
            server_time=AT,
            deadline_at=AT.replace(second=0, microsecond=0) + timedelta(minutes=15),
            saved=[{"item": 7, "seq": 12, "choice": [2]}],
        ),
        "hello with words": frames.hello(
            server_time=AT,
            deadline_at=AT.replace(second=0, microsecond=0) + timedelta(minutes=15),
            saved=[{"item": 7, "seq": 12, "text": "Hà Nội"}],
        ),
        "saved": frames.saved(7, 12),
        "superseded": frames.superseded(SENT, 15),
        "seq_conflict": frames.seq_conflict(SENT, AnswerOutcome(Verdict.SEQ_CONFLICT, 12, (3,))),
        "seq_conflict of words": frames.seq_conflict(WRITTEN, AnswerOutcome(Verdict.SEQ_CONFLICT, 12, text="Huế")),
        "err": frames.err("unknown_item", ref=12),
        "err to send again": frames.err("retry", ref=12, retry_s=1.0),
        "err for too many frames": frames.err("rate", retry_s=0.05),
        "submitted": frames.submitted(
            state="submitted", submitted_at=AT, receipt="7K3M-9QXT-0B2F", result_shown_at=None
        ),
        "submitted, result later": frames.submitted(
            state="submitted", submitted_at=AT, receipt="7K3M-9QXT-0B2F", result_shown_at=LATER
        ),
        "pong": frames.pong(AT),
        "closed": frames.closed("superseded"),
    }

    assert written == {vector["name"]: vector["text"] for vector in VECTORS["server"]}
