"""One open attempt socket: frames in, acknowledgements out, nothing kept that PostgreSQL does not have."""

import asyncio
import time
from collections import deque
from datetime import datetime
from functools import partial

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError

from backend.attempts.errors import TryAgain
from backend.attempts.haste import Haste
from backend.attempts.papers import PaperShape, answer_refusal, text_refusal
from backend.attempts.services import (
    AnswerOutcome,
    AnswerWrite,
    Submission,
    TextWrite,
    answer_commit,
    flag_haste,
    submit_soon,
)
from backend.attempts.socket import frames, metrics
from backend.attempts.socket.admission import SeatedAttempt
from backend.attempts.socket.frames import AnswerFrame, BadFrame, SubmitFrame, TextFrame
from backend.core.merging import Verdict
from backend.infra import clock, failpoints
from backend.infra.group_commit import Failure, QueueFull
from backend.infra.group_commit.committer import RETRY_MS
from backend.infra.ratelimit import TokenBucket
from backend.infra.sockets.asgi import Receive, Send, ShortRoad, close
from backend.infra.sockets.codes import CloseCode
from backend.infra.sockets.sessions import SignedIn

log = structlog.get_logger(__name__)

FRAMES_PER_S = 20
FRAMES_BURST = 40  # a journal of a whole paper, resent at once after a tunnel
RATE_REFUSALS = 40  # refusals for rate before the socket is closed
BAD_FRAMES = 20  # frames that are none of ours before the socket is closed
UNSENT_MAX = 256
IN_FLIGHT_MAX = 64
SETTLE_S = 5.0
_RETRY_S = RETRY_MS / 1000


class AttemptSocket:
    """Created once the caller is known to own the attempt. `close` may be called by the watch at any time."""

    def __init__(
        self,
        attempt: SeatedAttempt,
        shape: PaperShape,
        *,
        signed_in: SignedIn,
        receive: Receive,
        send: Send,
        road: ShortRoad | None = None,
    ) -> None:
        now = time.monotonic()
        self.attempt_id = attempt.id
        self.signed_in = signed_in
        self.opened_at = time.time()
        self.sending_since: float | None = None
        self._uuid = attempt.uuid
        self._shape = shape
        self._receive = receive
        self._send = send
        self._road = road
        self._rate = TokenBucket(per_s=FRAMES_PER_S, burst=FRAMES_BURST, now=now)
        self._patience = TokenBucket(per_s=1, burst=RATE_REFUSALS, now=now)
        self._haste = Haste(places=len(shape), now=now)
        self._notes: set[asyncio.Future[None]] = set()
        self._bad_frames = 0
        self._in_flight = 0
        self._is_submitting = False
        self._unsent: deque[str] = deque()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._closing: CloseCode | None = None
        self._commit = answer_commit()

    def greet(self, attempt: SeatedAttempt) -> None:
        """Say what is stored, before all else. Paper and answers are not kept: there are thousands of sockets."""
        self._push(frames.hello(server_time=clock.now(), deadline_at=attempt.deadline_at, saved=attempt.saved))

    async def serve(self) -> None:
        """Talk until either side closes."""
        writer = asyncio.ensure_future(self._write())
        if self._road is not None:
            self._road.take_now = self._take_now
        try:
            await self._read()
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def close(self, code: CloseCode, reason: str) -> None:
        """Stop reading; answers under way are still acknowledged, then the socket is closed."""
        if self._closing is None:
            self._closing = code
            metrics.CLOSED.labels(str(int(code))).inc()
            self._push(frames.closed(reason))

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            received_at = clock.now()
            if message["type"] == "websocket.disconnect":
                return
            if self._closing is not None:
                continue
            text = message.get("text")
            if text is None:
                self.close(CloseCode.BINARY, "binary")
            elif len(text) > frames.MAX_BYTES or len(text.encode()) > frames.MAX_BYTES:
                self.close(CloseCode.TOO_BIG, "too_big")
            elif (submit := self._handle(text, received_at)) is not None:
                await self._submit(submit, received_at)

    def _take_now(self, text: str) -> bool:
        """Handle an answer as it arrives. What follows a submission waits for its end, as on the long road."""
        if self._is_submitting or not text.startswith(frames.ANSWER_BEGINS):
            return False
        if self._closing is None:
            self._handle(text, clock.now())
        return True

    def _handle(self, text: str, received_at: datetime) -> SubmitFrame | None:
        """Deal with a text that is not too big; a submission is returned: it has to be waited for."""
        at = time.monotonic()
        if wait_s := self._rate.take(at):
            self._refuse_for_rate(wait_s, at)
            return None
        try:
            frame = frames.decode(text)
        except BadFrame as bad:
            self._bad_frames += 1
            self._refuse(bad.code, ref=bad.ref)
            if self._bad_frames >= BAD_FRAMES:
                self.close(CloseCode.BAD_PROTOCOL, "bad_protocol")
            return None
        failpoints.hit("after_recv")
        if isinstance(frame, AnswerFrame):
            self._answer(frame, received_at, at)
        elif isinstance(frame, SubmitFrame):
            return frame
        elif isinstance(frame, TextFrame):
            self._text(frame, received_at, at)
        else:
            self._push(frames.pong(received_at))
        return None

    def _answer(self, frame: AnswerFrame, received_at: datetime, at: float) -> None:
        refusal = answer_refusal(self._shape, item=frame.item, choice=frame.choice)
        if refusal is not None:
            self._refuse(refusal, ref=frame.seq)
            return
        choice = tuple(sorted(frame.choice))
        self._store(AnswerWrite(self.attempt_id, frame.item, frame.seq, choice, received_at), frame, at)

    def _text(self, frame: TextFrame, received_at: datetime, at: float) -> None:
        refusal = text_refusal(self._shape, item=frame.item, text=frame.text)
        if refusal is not None:
            self._refuse(refusal, ref=frame.seq)
            return
        self._store(TextWrite(self.attempt_id, frame.item, frame.seq, frame.text, received_at), frame, at)

    def _store(self, write: AnswerWrite | TextWrite, frame: AnswerFrame | TextFrame, at: float) -> None:
        if self._in_flight >= IN_FLIGHT_MAX:
            self._refuse("retry", ref=frame.seq, retry_s=_RETRY_S)
            return
        try:
            self._commit.enqueue(write, partial(self._answered, frame))
        except QueueFull:
            self._refuse("retry", ref=frame.seq, retry_s=_RETRY_S)
            return
        self._in_flight += 1
        self._settled.clear()
        if self._haste.notice(frame.seq, at):
            self._note_haste(write.received_at)

    def _note_haste(self, received_at: datetime) -> None:
        """Beside the answers, never before them: a thread writes the note, and nobody waits for it."""
        note = sync_to_async(flag_haste, thread_sensitive=False)
        task = asyncio.ensure_future(note(attempt_id=self.attempt_id, detail={"by": "socket"}, at=received_at))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    def _answered(self, frame: AnswerFrame | TextFrame, outcome: AnswerOutcome | Failure) -> None:
        self._in_flight -= 1
        if not self._in_flight:
            self._settled.set()
        if isinstance(outcome, Failure):
            code = "retry" if outcome is Failure.RETRY else "answer_refused"
            self._refuse(code, ref=frame.seq, retry_s=_RETRY_S if outcome is Failure.RETRY else None)
            return
        match outcome.verdict:
            case Verdict.SAVED:
                self._push(frames.saved(frame.item, frame.seq))
            case Verdict.SUPERSEDED:
                self._push(frames.superseded(frame, outcome.seq))
            case Verdict.SEQ_CONFLICT:
                log.info("seq_conflict", attempt=str(self._uuid), item=frame.item, seq=frame.seq)
                self._push(frames.seq_conflict(frame, outcome))
            case None:
                self._refuse("attempt_closed", ref=frame.seq)

    async def _submit(self, frame: SubmitFrame, received_at: datetime) -> None:
        """Everything this socket received before is stored first, so the score counts it."""
        # The watch may see the attempt ended before its person is told: the receipt goes out first.
        self._is_submitting = True
        try:
            async with asyncio.timeout(SETTLE_S):
                await self._settled.wait()
            ended = await submit_soon(Submission(self.attempt_id, frame.prediction, received_at))
        except (TimeoutError, TryAgain, DatabaseError, InterfaceError, psycopg.Error) as error:
            log.warning("submit_failed", attempt=str(self._uuid), cause=type(error).__name__)
            self._refuse("retry", retry_s=_RETRY_S)
            return
        finally:
            self._is_submitting = False
            self._wake.set()
        if ended.submitted_at is None:
            self._refuse("retry", retry_s=_RETRY_S)
            return
        # The watch closes the socket within seconds; until then a second press gets the same receipt.
        self._push(
            frames.submitted(
                state=ended.state,
                submitted_at=ended.submitted_at,
                receipt=ended.receipt,
                result_shown_at=ended.result_shown_at,
            )
        )

    def _refuse(self, code: str, *, ref: int | None = None, retry_s: float | None = None) -> None:
        metrics.REFUSED_FRAMES.labels(code).inc()
        self._push(frames.err(code, ref=ref, retry_s=retry_s))

    def _refuse_for_rate(self, wait_s: float, at: float) -> None:
        self._refuse("rate", retry_s=wait_s)
        if self._patience.take(at):
            self.close(CloseCode.RATE_LIMITED, "rate")

    def _push(self, text: str) -> None:
        if self._closing is None and not self._unsent and self.sending_since is None and self._sent_now(text):
            return
        if len(self._unsent) >= UNSENT_MAX and self._closing is None:
            self._closing = CloseCode.TOO_SLOW
            metrics.CLOSED.labels(str(int(CloseCode.TOO_SLOW))).inc()
        self._unsent.append(text)
        self._wake.set()

    def _sent_now(self, text: str) -> bool:
        return self._road is not None and self._road.send_now(text)

    async def _write(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                self.sending_since = time.monotonic()
                while self._unsent:
                    await self._send({"type": "websocket.send", "text": self._unsent.popleft()})
                self.sending_since = None
                if self._closing is not None and not self._in_flight and not self._is_submitting:
                    await close(self._send, self._closing)
                    return
        except OSError:
            # The peer is gone; the reader is told by the server.
            self.sending_since = None
