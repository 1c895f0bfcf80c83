"""I1, I2, I6, I9: what was called saved is saved, nothing else is, and nothing was refused too early. Pure."""

from collections.abc import Iterator, Mapping

from backend.core.timing import GRACE
from backend.rehearsal.journal import Reply
from tests.faults.checks.rows import Stored
from tests.faults.load.history import History, Kind, Sitting, shown_of


def find_wrong_answers(history: History, stored: Stored, *, started_ns: int, started_at: float) -> list[str]:
    """Return a finding for each broken promise. `started_ns` and `started_at` are one instant on two clocks."""
    findings = find_lost(history, stored) + [f"I6 {line}" for line in stored.late]
    for sitting in history:
        findings += [f"I9 attempt {sitting.uuid} {line}" for line in sitting.missed_on_resume]
        findings += [f"I6 attempt {sitting.uuid} {line}" for line in _refused_early(sitting, started_ns, started_at)]
    return findings


def find_lost(history: History, stored: Stored) -> list[str]:
    """Return a finding for each place that is not as its person was told, or holds what nobody sent."""
    return [
        f"attempt {sitting.uuid} {line}"
        for sitting in history
        for line in _compare(sitting, stored.answers.get(sitting.uuid, {}))
    ]


def _compare(sitting: Sitting, there: Mapping[int, tuple[int, Reply]]) -> Iterator[str]:
    sent, held = sitting.sent, sitting.held
    for item in sorted(held.keys() | there.keys()):
        stored = there.get(item)
        if stored is None:
            yield f"I1 item {item}: called saved at seq {held[item]}, not stored"
            continue
        seq, reply = stored
        if (item, seq) not in sent:
            yield f"I2 item {item}: stored at seq {seq}, which was never sent"
        elif sent[item, seq] != reply:
            yield f"I1 item {item}: stored at seq {seq} as {shown_of(reply)}, sent as {shown_of(sent[item, seq])}"
        if seq < held.get(item, 0):
            yield f"I1 item {item}: called saved at seq {held[item]}, stored at seq {seq}"


def _refused_early(sitting: Sitting, started_ns: int, started_at: float) -> Iterator[str]:
    """An attempt that its person has not submitted is closed to nothing that was refused before deadline and grace."""
    for event in sitting.events:
        if event.kind is Kind.FAIL and event.note == "attempt_closed" and sitting.submitted_at is None:
            refused_at = started_at + (event.at_ns - started_ns) / 1e9
            if refused_at < sitting.deadline + GRACE.total_seconds():
                yield f"item {event.item} seq {event.seq}: refused {sitting.deadline - refused_at:.3f} s before the end"


def find_unsettled(history: History, stored: Stored) -> list[str]:
    """Once settled, the last choice or text that was sent is what is stored, unless the attempt was ended before."""
    findings: list[str] = []
    for sitting in history:
        last: dict[int, int] = {}
        for item, seq in sitting.sent:
            last[item] = max(seq, last.get(item, 0))
        if sitting.has_left or any(event.kind is Kind.FAIL for event in sitting.events):
            continue
        there = {item: at for item, (at, _) in stored.answers.get(sitting.uuid, {}).items()}
        findings += [
            f"I1 attempt {sitting.uuid} item {item}: last sent seq {seq}, stored seq {there.get(item)}"
            for item, seq in last.items()
            if there.get(item) != seq
        ]
    return findings
