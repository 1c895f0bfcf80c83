"""The contest engine as a model over the pure rules of `core`: one store, whole transactions, crashes. The oracle."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from backend.core.merging import Choice, judge, merge
from backend.core.rules.limits import Begun, Moment, exceeded
from backend.core.scoring import KeyedItem, score
from backend.core.timing import GRACE, deadline, is_in_time, is_overdue, used_ms
from tests.faults.model import state
from tests.faults.model.state import Attempt, Cell, Counts, Participant, Result, Store, hour_of

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ORDER = tuple(range(1, state.OPTIONS + 1))


class Crash(StrEnum):
    """Where the process dies. Before the commit nothing has happened; after it nobody is told."""

    NONE = ""
    BEFORE = "before"
    AFTER = "after"


class Frame(NamedTuple):
    """An answer under way: `choice` holds canonical options, so that it means the same on every paper."""

    attempt: int
    item: int
    seq: int
    choice: tuple[int, ...]


class Engine:
    """Every public method is one transaction; it returns what the caller is told, None where nobody is told."""

    def __init__(self) -> None:
        self.store = Store()

    def start(self, person: int, *, now: datetime, crash: Crash = Crash.NONE) -> int | None:
        """Return the person's open attempt or a new one; 0 where the rules refuse it."""
        return self._transaction(lambda store: _start(store, person, now), crash)

    def record(self, frames: Sequence[Frame], *, now: datetime, crash: Crash = Crash.NONE) -> list[str] | None:
        """Store answers received now; return for each the verdict, or `closed`."""
        return self._transaction(lambda store: _record(store, frames, now), crash)

    def submit(self, attempt: int, prediction: int, *, now: datetime, crash: Crash = Crash.NONE) -> str | None:
        """End an attempt as its person asks; return its state."""
        return self._transaction(lambda store: _submit(store, attempt, prediction, now), crash)

    def sweep(self, *, now: datetime, crash: Crash = Crash.NONE) -> int | None:
        """End what is overdue; return how many."""
        return self._transaction(lambda store: _sweep(store, now), crash)

    def withdraw(self, person: int, *, now: datetime, crash: Crash = Crash.NONE) -> None:
        """End a person's consent; one that has ended already is no change."""
        self._transaction(lambda store: _withdraw(store, person, now), crash)

    def erase(self, most: int, *, now: datetime, crash: Crash = Crash.NONE) -> int | None:
        """Erase who withdrew long enough ago, `most` looked at, the oldest first; return how many were erased."""
        return self._transaction(lambda store: _erase(store, most, now), crash)

    def drain(self, limit: int, *, crash: Crash = Crash.NONE) -> int | None:
        """Fold waiting facts; return how many."""
        return self._transaction(lambda store: _drain(store, limit), crash)

    def propose(self, item: int, key: int) -> bool:
        """Propose another key for a place; False where that changes nothing or another set is under way."""
        return bool(self._transaction(lambda store: _propose(store, item, key), Crash.NONE))

    def compute(self, *, crash: Crash = Crash.NONE) -> str | None:
        """Begin to compute the set aside, take the next person over, or finish; return its state."""
        return self._transaction(_compute, crash)

    def decide(self, *, is_applied: bool, crash: Crash = Crash.NONE) -> str | None:
        """Apply the computed set, or give it up and clear what was computed; return its state."""
        return self._transaction(lambda store: _decide(store, is_applied), crash)

    def _transaction(self, work: Callable[[Store], T], crash: Crash) -> T | None:
        store = self.store.copy()
        told = work(store)
        if crash is Crash.BEFORE:
            return None
        self.store = store
        return None if crash is Crash.AFTER else told


def _start(store: Store, person: int, now: datetime) -> int:
    for number, attempt in enumerate(store.attempts, start=1):
        if attempt.person == person and attempt.state == "open":
            if not is_overdue(now=now, deadline_at=attempt.deadline_at):
                return number
            _end(store, number, "expired", attempt.deadline_at)
    begun = [Begun(1, one.started_at) for one in store.attempts if one.person == person]
    ward, withdrawn_at = store.people[person].ward, store.people[person].withdrawn_at
    if now >= state.CLOSES_AT or exceeded(state.RULES.limits, begun, Moment(1, now, ZONE)):
        return 0
    # Who is erased has withdrawn: whose ward is not known any more begins nothing.
    if withdrawn_at is not None or ward is None:
        return 0
    ends_at = deadline(started_at=now, duration=state.RULES.duration, closes_at=state.CLOSES_AT)
    store.attempts.append(Attempt(person, len(begun) + 1, ward, now, ends_at))
    return len(store.attempts)


def _record(store: Store, frames: Sequence[Frame], now: datetime) -> list[str]:
    """One batch: what is told of each frame is told of what is stored after all of them."""
    timely = [_is_timely(store.attempt(frame.attempt), now) for frame in frames]
    for frame, is_timely in zip(frames, timely, strict=True):
        if is_timely:
            place = (frame.attempt, frame.item)
            store.answers[place] = merge(store.answers.get(place), Choice(frame.seq, frame.choice))
    return [
        str(judge(store.answers[frame.attempt, frame.item], Choice(frame.seq, frame.choice))) if is_timely else "closed"
        for frame, is_timely in zip(frames, timely, strict=True)
    ]


def _is_timely(attempt: Attempt, now: datetime) -> bool:
    return attempt.state == "open" and is_in_time(received_at=now, deadline_at=attempt.deadline_at)


def _submit(store: Store, number: int, prediction: int, now: datetime) -> str:
    attempt = store.attempt(number)
    if attempt.state == "open":
        if is_in_time(received_at=now, deadline_at=attempt.deadline_at):
            attempt.prediction = prediction
            _end(store, number, "submitted", min(now, attempt.deadline_at))
        else:
            _end(store, number, "expired", attempt.deadline_at)
    return attempt.state


def _sweep(store: Store, now: datetime) -> int:
    overdue = [
        (attempt.deadline_at, number)
        for number, attempt in enumerate(store.attempts, start=1)
        if attempt.state == "open" and attempt.deadline_at < now - GRACE - state.SETTLE
    ]
    for deadline_at, number in sorted(overdue):
        _end(store, number, "expired", deadline_at)
    return len(overdue)


def _end(store: Store, number: int, ended: str, submitted_at: datetime) -> None:
    attempt = store.attempt(number)
    attempt.state, attempt.submitted_at = ended, submitted_at
    _add_result(store, number, store.key_version)
    regrade = store.regrade
    is_aside = regrade is not None and regrade.state in {"computing", "computed"}
    if regrade is not None and is_aside and (regrade.state == "computed" or attempt.person <= regrade.cursor):
        _add_result(store, number, regrade.target)


def _add_result(store: Store, number: int, key_version: int) -> None:
    """Score, keep the person's better line, and note what it adds: all in the transaction of the ending."""
    attempt = store.attempt(number)
    assert attempt.submitted_at is not None
    items = [KeyedItem(place, ORDER, key) for place, key in enumerate(store.keys[key_version], start=1)]
    chosen = {item: one.choice for (owner, item), one in store.answers.items() if owner == number}
    worth = score(items, chosen)
    used = used_ms(started_at=attempt.started_at, ended_at=attempt.submitted_at, deadline_at=attempt.deadline_at)
    result = Result(attempt.person, worth.correct_count, used, attempt.submitted_at)
    store.results[number, key_version] = result
    line = (key_version, attempt.person)
    first = state.RULES.counting.first
    held = store.lines.get(line)
    if held is None or first(result.entry(number)) < first(store.results[held, key_version].entry(held)):
        store.lines[line] = number
    is_new = line not in store.participants
    participant = store.participants.setdefault(line, Participant(number))
    is_flip = worth.is_all_correct and not participant.is_all_correct
    participant.is_all_correct = participant.is_all_correct or is_flip
    cell = Cell(key_version, attempt.ward, hour_of(attempt.submitted_at))
    store.outbox.append((cell, Counts(1, int(is_new), int(is_flip))))


def _withdraw(store: Store, number: int, now: datetime) -> None:
    person = store.people[number]
    person.withdrawn_at = person.withdrawn_at or now


def _erase(store: Store, most: int, now: datetime) -> int:
    """What is told of a person goes; attempts, answers, results, lines and counts stay as they are."""
    due = sorted(
        (person.withdrawn_at, number)
        for number, person in enumerate(store.people)
        if person.erased_at is None and person.withdrawn_at is not None
        if person.withdrawn_at <= now - state.ERASE_AFTER
    )
    # A running attempt is waited for: its paper is promised to the end.
    busy = {attempt.person for attempt in store.attempts if attempt.state == "open"}
    erased = [number for _, number in due[:most] if number not in busy]
    for number in erased:
        store.people[number].ward, store.people[number].erased_at = None, now
    return len(erased)


def _drain(store: Store, limit: int) -> int:
    taken, store.outbox = store.outbox[:limit], store.outbox[limit:]
    for cell, counts in taken:
        store.counters[cell] = store.counters.get(cell, Counts()).plus(counts)
    return len(taken)


def _propose(store: Store, item: int, key: int) -> bool:
    current = store.keys[store.key_version]
    if store.regrade is not None or current[item - 1] == {key}:
        return False
    store.last_target += 1
    changed = [frozenset({key}) if place == item else old for place, old in enumerate(current, start=1)]
    store.keys[store.last_target] = tuple(changed)
    store.regrade = state.Regrade(store.last_target, item, frozenset({key}))
    return True


def _compute(store: Store) -> str:
    regrade = store.regrade
    if regrade is None:
        return "none"
    if regrade.state == "draft":
        regrade.state = "computing"
    elif regrade.state == "computing":
        waiting = sorted({r.person for (_, kv), r in store.results.items() if kv == store.key_version})
        following = next((person for person in waiting if person > regrade.cursor), None)
        if following is None:
            regrade.state = "computed"
        else:
            regrade.cursor = following
            for (number, version), result in list(store.results.items()):
                if version == store.key_version and result.person == following:
                    _add_result(store, number, regrade.target)
    return regrade.state


def _decide(store: Store, is_applied: bool) -> str:
    regrade = store.regrade
    if regrade is None or (is_applied and regrade.state != "computed"):
        return "none"
    if is_applied:
        store.key_version = regrade.target
    else:
        _forget(store, regrade.target)
    store.regrade = None
    store.regrades["applied" if is_applied else "cancelled"] += 1
    return "applied" if is_applied else "cancelled"


def _forget(store: Store, version: int) -> None:
    store.results = {key: value for key, value in store.results.items() if key[1] != version}
    store.lines = {key: value for key, value in store.lines.items() if key[0] != version}
    store.participants = {key: value for key, value in store.participants.items() if key[0] != version}
    store.outbox = [one for one in store.outbox if one[0].key_version != version]
    store.counters = {cell: counts for cell, counts in store.counters.items() if cell.key_version != version}
