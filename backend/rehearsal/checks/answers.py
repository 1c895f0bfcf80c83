"""An answer called saved is saved, and nothing is stored that nobody sent. Pure."""

from collections.abc import Iterable, Mapping

from backend.rehearsal.history import AttemptHistory
from backend.rehearsal.journal import Reply

# item -> (seq, reply), for one attempt.
Stored = Mapping[int, tuple[int, Reply]]


def find_lost_answers(histories: Iterable[AttemptHistory], stored: Mapping[str, Stored]) -> list[str]:
    """Return a finding for every (attempt, item) that is not as its citizen was told; `stored` is by attempt uuid."""
    findings: list[str] = []
    for history in histories:
        there = stored.get(history.uuid, {})
        held = history.held()
        for item in sorted(held.keys() | there.keys() | history.missed_on_resume):
            problem = _problem(history, item, held.get(item), there.get(item))
            if problem is not None:
                findings.append(f"attempt {history.uuid} item {item}: {problem}")
    return findings


def _problem(history: AttemptHistory, item: int, acked_seq: int | None, stored: tuple[int, Reply] | None) -> str | None:
    if stored is None:
        return f"called saved at seq {acked_seq}, not stored" if acked_seq else "missing when the citizen came back"
    seq, reply = stored
    sent = history.sent.get((item, seq))
    if sent is None:
        return f"stored at seq {seq}, which was never sent"
    if sent != reply:
        return f"stored at seq {seq} as {_shown(reply)}, sent as {_shown(sent)}"
    if acked_seq is not None and seq < acked_seq:
        return f"called saved at seq {acked_seq}, stored at seq {seq}"
    if item in history.missed_on_resume:
        return "missing when the citizen came back"
    return None


def _shown(reply: Reply) -> object:
    return reply if isinstance(reply, str) else list(reply)
