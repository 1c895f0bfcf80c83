"""What citizens sent and what they were told: the evidence that the checks hold against the server."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from backend.rehearsal.journal import Answer, Reply


@dataclass(slots=True)
class AttemptHistory:
    """One attempt as its citizen saw it. `acks` holds (item, seq) pairs that the server called saved."""

    uuid: str
    token: str
    sent: dict[tuple[int, int], Reply] = field(default_factory=dict)
    acks: set[tuple[int, int]] = field(default_factory=set)
    missed_on_resume: set[int] = field(default_factory=set)
    receipts: set[str] = field(default_factory=set)
    shown_correct_count: int | None = None

    def note_ack(self, item: int, seq: int) -> bool:
        """Note that the server called (item, seq) saved; True where it had not said so before."""
        before = len(self.acks)
        self.acks.add((item, seq))
        return len(self.acks) > before

    def held(self) -> dict[int, int]:
        """Return, by item, the highest `seq` the server has called saved."""
        held: dict[int, int] = {}
        for item, seq in self.acks:
            held[item] = max(seq, held.get(item, 0))
        return held

    def compare_resume(self, saved: list[dict[str, Any]]) -> None:
        """Hold what the server says it has, on a new connection, against what it had called saved before."""
        there = {line["item"]: int(line["seq"]) for line in saved}
        self.missed_on_resume |= {item for item, seq in self.held().items() if there.get(item, 0) < seq}


@dataclass(slots=True)
class History:
    """Everything a rehearsal remembers. Instants are seconds of one steady clock."""

    attempts: list[AttemptHistory] = field(default_factory=list)
    socket_ack_ms: "array[float]" = field(default_factory=lambda: array("d"))
    http_ack_ms: "array[float]" = field(default_factory=lambda: array("d"))
    resumed_acks: int = 0
    submitted_at: list[float] = field(default_factory=list)
    first_sent_at: float | None = None
    last_ack_at: float | None = None
    reconnects: int = 0
    resent: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def ack_count(self) -> int:
        return len(self.socket_ack_ms) + len(self.http_ack_ms) + self.resumed_acks

    def note_sent(self, attempt: AttemptHistory, answer: Answer, *, at: float) -> None:
        """Note an answer before it leaves."""
        attempt.sent[answer.item, answer.seq] = answer.reply
        if self.first_sent_at is None:
            self.first_sent_at = at

    def note_saved(
        self, attempt: AttemptHistory, item: int, seq: int, *, sent_at: float, at: float, http: bool
    ) -> None:
        """Note the word that an answer is saved; `sent_at` is when it last left. Repeated words count once."""
        if attempt.note_ack(item, seq):
            (self.http_ack_ms if http else self.socket_ack_ms).append((at - sent_at) * 1000)
            self.last_ack_at = at

    def note_resumed(self, attempt: AttemptHistory, item: int, seq: int) -> None:
        """Note that a new connection found an answer stored whose ack was lost on the way: no time to measure."""
        if attempt.note_ack(item, seq):
            self.resumed_acks += 1

    def note_receipt(self, attempt: AttemptHistory, receipt: str, *, at: float) -> None:
        """Note the word that the attempt is submitted. The first one counts; later ones must name the same receipt."""
        if not attempt.receipts:
            self.submitted_at.append(at)
        attempt.receipts.add(receipt)
