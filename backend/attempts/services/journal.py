"""Record the journal of a phone whose network lets no socket through: the same group commit, many answers at once."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from asgiref.sync import async_to_sync

from backend.attempts.enums import AttemptState
from backend.attempts.errors import AttemptClosed, TryAgain
from backend.attempts.haste import HasteByAttempt
from backend.attempts.models import Attempt
from backend.attempts.papers import PaperShape, answer_refusal, paper_shape, text_refusal
from backend.attempts.services.flagging import flag_haste
from backend.attempts.services.recording import record_answers
from backend.attempts.services.statement import AnswerWrite, TextWrite
from backend.core.merging import Verdict
from backend.infra.group_commit import Failure

log = structlog.get_logger(__name__)
_haste = HasteByAttempt()


@dataclass(slots=True)
class JournalOutcome:
    """`saved` tells the stored `seq` of each place that was answered; `refused` the rest, each with its code."""

    saved: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, answer: Mapping[str, Any], code: str) -> None:
        self.refused.append({"item": answer["item"], "seq": answer["seq"], "code": code})


def record_journal(*, attempt: Attempt, answers: Sequence[Mapping[str, Any]], received_at: datetime) -> JournalOutcome:
    """Store answers, each with a `choice` or a `text`, and wait for the commit.

    Raises AttemptClosed where it was too late for all, TryAgain. From a thread of the server this waits on the
    server's own loop, where the flusher lives.
    """
    if attempt.state != AttemptState.OPEN:
        raise AttemptClosed
    told = JournalOutcome()
    shape = paper_shape(attempt.paper)
    fitting: list[Mapping[str, Any]] = []
    for answer in answers:
        code = _refusal(shape, answer)
        if code is None:
            fitting.append(answer)
        else:
            told.refuse(answer, code)
    writes = [_write(attempt.pk, one, received_at) for one in fitting]
    if _haste.notice(attempt.pk, places=len(shape), seqs=[one.seq for one in writes], at=time.monotonic()):
        flag_haste(attempt_id=attempt.pk, detail={"by": "http"}, at=received_at)
    for answer, outcome in zip(fitting, async_to_sync(record_answers)(writes) if writes else (), strict=True):
        if outcome is Failure.RETRY:
            raise TryAgain(retry_after_s=1)
        if isinstance(outcome, Failure):
            told.refuse(answer, "answer_refused")
        elif outcome.verdict is None:
            told.refuse(answer, "attempt_closed")
        elif outcome.verdict is Verdict.SEQ_CONFLICT:
            log.info("seq_conflict", attempt=str(attempt.uuid), item=answer["item"], seq=answer["seq"])
            told.refuse(answer, "seq_conflict")
        else:
            told.saved.append({"item": answer["item"], "seq": outcome.seq})
    if not told.saved and any(one["code"] == "attempt_closed" for one in told.refused):
        raise AttemptClosed
    return told


def _refusal(shape: PaperShape, answer: Mapping[str, Any]) -> str | None:
    if "text" in answer:
        return text_refusal(shape, item=answer["item"], text=answer["text"])
    return answer_refusal(shape, item=answer["item"], choice=answer["choice"])


def _write(attempt_id: int, answer: Mapping[str, Any], received_at: datetime) -> AnswerWrite | TextWrite:
    if "text" in answer:
        return TextWrite(attempt_id, answer["item"], answer["seq"], answer["text"], received_at)
    return AnswerWrite(attempt_id, answer["item"], answer["seq"], tuple(sorted(answer["choice"])), received_at)
