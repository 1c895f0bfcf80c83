"""Every ended attempt is scored once, and by its own answers. Pure."""

from collections import Counter
from collections.abc import Iterable

from backend.core.scoring import KeyedItem, score
from backend.core.timing import used_ms
from backend.rehearsal.history import AttemptHistory
from backend.rehearsal.rows import AttemptRow, ResultRow, Snapshot


def find_scored_twice(results: Iterable[ResultRow], histories: Iterable[AttemptHistory]) -> list[str]:
    """Return a finding for each surplus result, and for each attempt that was given two receipts."""
    seen = Counter((result.attempt_id, result.key_version) for result in results)
    findings = [
        f"attempt {attempt_id} keys {key_version}: scored {count} times"
        for (attempt_id, key_version), count in seen.items()
        for _ in range(count - 1)
    ]
    return findings + [
        f"attempt {history.uuid}: {len(history.receipts)} receipts"
        for history in histories
        if len(history.receipts) > 1
    ]


def find_wrong_scores(snapshot: Snapshot, histories: Iterable[AttemptHistory]) -> list[str]:
    """Return a finding for each ended attempt without a result, or whose result is not what its answers are worth."""
    results = {result.attempt_id: result for result in snapshot.results_in_force}
    shown = {history.uuid: history.shown_correct_count for history in histories}
    findings: list[str] = []
    for attempt in snapshot.attempts:
        result = results.pop(attempt.id, None)
        if attempt.submitted_at is None:
            findings += [f"attempt {attempt.uuid}: open, yet scored"] if result else []
        elif result is None:
            findings.append(f"attempt {attempt.uuid}: ended, not scored")
        elif (stored := _worth(result)) != (expected := _expected(attempt, snapshot)):
            findings.append(f"attempt {attempt.uuid}: scored {stored}, is worth {expected}")
        elif shown.get(attempt.uuid) not in (None, result.correct_count):
            findings.append(f"attempt {attempt.uuid}: shown {shown[attempt.uuid]}, scored {result.correct_count}")
    return findings + [f"attempt {attempt_id}: scored, does not exist" for attempt_id in results]


def _worth(result: ResultRow) -> tuple[int, int, bool, int]:
    return (result.correct_count, result.item_count, result.is_all_correct, result.used_ms)


def _expected(attempt: AttemptRow, snapshot: Snapshot) -> tuple[int, int, bool, int]:
    items = [
        KeyedItem(place, tuple(order), snapshot.keys[version_id])
        for place, (version_id, order) in enumerate(attempt.paper, start=1)
    ]
    # The words of a rehearsal are nobody's right answer.
    given = snapshot.answers.get(attempt.id, {})
    worth = score(items, {item: reply for item, (_, reply) in given.items() if not isinstance(reply, str)})
    assert attempt.submitted_at is not None
    used = used_ms(started_at=attempt.started_at, ended_at=attempt.submitted_at, deadline_at=attempt.deadline_at)
    return (worth.correct_count, worth.item_count, worth.is_all_correct, used)
