"""Any order of starts, answers, doubles, losses, crashes, sweeps, drains, regrades and erasures keeps every promise.

2,000 examples; `HYPOTHESIS_EXAMPLES` asks for another number. The seed stands in the report's header.
"""

import os
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backend.core.merging import Choice
from tests.faults.model import invariants, state
from tests.faults.model.engine import Crash, Engine, Frame

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "2000"))
people = st.integers(0, state.PEOPLE - 1)
places = st.integers(1, state.ITEMS)
options = st.integers(1, state.OPTIONS)
# Half of all transactions go well.
crashes = st.sampled_from([Crash.NONE, Crash.NONE, Crash.BEFORE, Crash.AFTER])
picks = st.integers(0, 10**6)


class Contest(RuleBasedStateMachine):
    """Phones, a network, processes that die, and the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.now = state.NOON
        self.seq = 0
        self.under_way: list[Frame] = []
        self.sent: list[Frame] = []
        self.acked: dict[tuple[int, int], Choice] = {}
        self.received: dict[tuple[int, int, int], datetime] = {}
        self.swept_at: datetime | None = None

    @rule(person=people, crash=crashes)
    def start(self, person: int, crash: Crash) -> None:
        self.engine.start(person, now=self.now, crash=crash)

    @precondition(lambda self: self.engine.store.attempts)
    @rule(pick=picks, item=places, option=options, is_another_phone=st.sampled_from([False, False, False, True]))
    def answer(self, pick: int, item: int, option: int, is_another_phone: bool) -> None:
        if not (is_another_phone and self.seq):
            self.seq += 1
        frame = Frame(1 + pick % len(self.engine.store.attempts), item, self.seq, (option,))
        self.sent.append(frame)
        self.under_way.append(frame)

    @precondition(lambda self: self.sent)
    @rule(pick=picks)
    def duplicate(self, pick: int) -> None:
        self.under_way.append(self.sent[pick % len(self.sent)])

    @precondition(lambda self: len(self.under_way) > 1)
    @rule(pick=picks)
    def reorder(self, pick: int) -> None:
        self.under_way.append(self.under_way.pop(pick % len(self.under_way)))

    @precondition(lambda self: self.under_way)
    @rule(pick=picks)
    def drop(self, pick: int) -> None:
        self.under_way.pop(pick % len(self.under_way))

    @precondition(lambda self: self.under_way)
    @rule(count=st.integers(1, 4), crash=crashes)
    def deliver(self, count: int, crash: Crash) -> None:
        frames, self.under_way = self.under_way[:count], self.under_way[count:]
        told = self.engine.record(frames, now=self.now, crash=crash)
        for number, frame in enumerate(frames):
            place = (frame.attempt, frame.item)
            if self.engine.store.answers.get(place) == Choice(frame.seq, frame.choice):
                self.received.setdefault((*place, frame.seq), self.now)
            if told is not None and told[number] == "saved":
                self.acked[place] = Choice(frame.seq, frame.choice)

    @precondition(lambda self: self.engine.store.attempts)
    @rule(pick=picks, prediction=st.integers(0, 3), crash=crashes)
    def submit(self, pick: int, prediction: int, crash: Crash) -> None:
        attempt = 1 + pick % len(self.engine.store.attempts)
        told = self.engine.submit(attempt, prediction, now=self.now, crash=crash)
        if told is not None and told != "open":
            # Asked again, the same.
            assert self.engine.submit(attempt, prediction + 1, now=self.now) == told

    @rule(seconds=st.sampled_from([0.4, 5, 30, 59, 62.5]))
    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.swept_at = None

    @rule(crash=crashes)
    def finalize(self, crash: Crash) -> None:
        if self.engine.sweep(now=self.now, crash=crash) is not None:
            self.swept_at = self.now

    @rule(person=people, crash=crashes)
    def withdraw(self, person: int, crash: Crash) -> None:
        self.engine.withdraw(person, now=self.now, crash=crash)

    @rule(person=people)
    def withdraw_and_be_erased(self, person: int) -> None:
        """All of it at a stretch: apart, the steps seldom come in this order with something counted before them."""
        self.engine.withdraw(person, now=self.now)
        self.now, self.swept_at = self.now + state.ERASE_AFTER, None
        self._erase(state.PEOPLE, Crash.NONE)

    @precondition(lambda self: any(person.withdrawn_at for person in self.engine.store.people))
    @rule(most=st.integers(1, state.PEOPLE), crash=crashes)
    def erase(self, most: int, crash: Crash) -> None:
        self._erase(most, crash)

    def _erase(self, most: int, crash: Crash) -> None:
        before = self.engine.store.copy()
        self.engine.erase(most, now=self.now, crash=crash)
        invariants.nothing_counted_moved(before, self.engine.store)
        if crash is Crash.NONE and most == state.PEOPLE:
            invariants.nobody_due_is_left(self.engine.store, self.now)

    @precondition(lambda self: self.engine.store.outbox)
    @rule(limit=st.integers(1, 4), crash=crashes, times=st.integers(1, 3))
    def redeliver_hints(self, limit: int, crash: Crash, times: int) -> None:
        for _ in range(times):
            self.engine.drain(limit, crash=crash)

    @rule(item=places, key=options)
    def propose(self, item: int, key: int) -> None:
        self.engine.propose(item, key)

    @precondition(lambda self: self.engine.store.regrade)
    @rule(crash=crashes, batches=st.integers(1, 3))
    def regrade(self, crash: Crash, batches: int) -> None:
        for _ in range(batches):
            self.engine.compute(crash=crash)

    @precondition(lambda self: self.engine.store.regrade)
    @rule(is_applied=st.booleans(), crash=crashes)
    def decide(self, is_applied: bool, crash: Crash) -> None:
        self.engine.decide(is_applied=is_applied, crash=crash)

    @invariant()
    def every_promise_is_kept(self) -> None:
        store = self.engine.store
        invariants.acknowledged_is_stored(store, self.acked)
        invariants.stored_was_sent(store, self.sent)
        invariants.one_of_each(store)
        invariants.counts_are_exact(store)
        invariants.lines_are_best_and_ordered(store)
        invariants.times_are_kept(store, self.received, swept_at=self.swept_at)
        invariants.versions_are_whole(store)
        invariants.erased_tell_nothing(store)


TestContest = Contest.TestCase
TestContest.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
