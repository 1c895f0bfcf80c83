"""Traces of the model by seed: what was done, in plain values, and what was told. The same seed, the same trace. Pure.

A trace is a list of steps `[name, seconds since the start, crash, told, *arguments]`; `Walk.engine` is the oracle.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.faults.model import state
from tests.faults.model.engine import Crash, Engine, Frame

STEPS = 44
Step = list[Any]


class Walk:
    """A walk of the engine through a contest, as busy as a real one: people, losses, doubles, crashes, regrades."""

    def __init__(self, seed: int) -> None:
        self.engine = Engine()
        self.steps: list[Step] = []
        self._rng = random.Random(seed)
        self._second = 0.0
        self._seq = 0
        self._sent: dict[int, list[Frame]] = {}
        ways: dict[Callable[[], None], int] = {
            self._start: 5, self._answer: 14, self._submit: 5, self._sweep: 3, self._drain: 4, self._propose: 3,
            self._compute: 12, self._decide: 4, self._withdraw: 2, self._erase: 4,
        }  # fmt: skip
        for way in self._rng.choices(list(ways), list(ways.values()), k=STEPS):
            self._second += self._rng.choice([0.5, 1, 3, 9, 20])
            way()
        self._second += 500
        self._sweep(crash=Crash.NONE)
        # Everybody who withdrew: the clock erases the oldest first, and the next trace has the database to itself.
        self._erase(crash=Crash.NONE, most=state.PEOPLE)
        self._regrade_to_the_end()
        self.engine.drain(10**6)

    def _note(self, name: str, crash: Crash, told: Any, *arguments: Any) -> None:
        self.steps.append([name, self._second, str(crash), told, *arguments])

    @property
    def _now(self) -> Any:
        return state.NOON + timedelta(seconds=self._second)

    def _crash(self) -> Crash:
        return self._rng.choice([Crash.NONE, Crash.NONE, Crash.NONE, Crash.BEFORE, Crash.AFTER])

    def _any_attempt(self) -> int:
        return self._rng.randint(1, len(self.engine.store.attempts))

    def _start(self) -> None:
        person, crash = self._rng.randrange(state.PEOPLE), self._crash()
        self._note("start", crash, self.engine.start(person, now=self._now, crash=crash), person)

    def _answer(self) -> None:
        """New answers and old ones again, of one attempt, in any order."""
        if not self.engine.store.attempts:
            return
        attempt, crash = self._any_attempt(), self._crash()
        sent = self._sent.setdefault(attempt, [])
        for _ in range(self._rng.randint(1, 3)):
            # One in eight comes from another phone that counted the same.
            self._seq += self._rng.random() > 1 / 8 or not self._seq
            item = self._rng.randint(1, state.ITEMS)
            # Mostly the key, so that some people are all correct.
            is_right = self._rng.random() < 2 / 3
            option = next(iter(state.FIRST_KEYS[item - 1])) if is_right else self._rng.randint(1, state.OPTIONS)
            sent.append(Frame(attempt, item, self._seq, (option,)))
        frames = self._rng.sample(sent, self._rng.randint(1, min(4, len(sent))))
        told = self.engine.record(frames, now=self._now, crash=crash)
        self._note("answer", crash, told, attempt, [[f.item, f.seq, list(f.choice)] for f in frames])

    def _submit(self) -> None:
        if self.engine.store.attempts:
            attempt, prediction, crash = self._any_attempt(), self._rng.randint(0, 9), self._crash()
            told = self.engine.submit(attempt, prediction, now=self._now, crash=crash)
            self._note("submit", crash, told, attempt, prediction)

    def _sweep(self, *, crash: Crash | None = None) -> None:
        crash = self._crash() if crash is None else crash
        self._note("sweep", crash, self.engine.sweep(now=self._now, crash=crash))

    def _withdraw(self) -> None:
        """Mostly somebody who has something that counts."""
        ended = sorted({attempt.person for attempt in self.engine.store.attempts if attempt.state != "open"})
        person = self._rng.choice(ended) if ended and self._rng.random() < 3 / 4 else self._rng.randrange(state.PEOPLE)
        crash = self._crash()
        self.engine.withdraw(person, now=self._now, crash=crash)
        self._note("withdraw", crash, None, person)

    def _erase(self, *, crash: Crash | None = None, most: int | None = None) -> None:
        if crash is None and not any(person.withdrawn_at for person in self.engine.store.people):
            return
        crash = self._crash() if crash is None else crash
        most = self._rng.randint(1, 2) if most is None else most
        self._note("erase", crash, self.engine.erase(most, now=self._now, crash=crash), most)

    def _drain(self) -> None:
        limit, crash = self._rng.randint(1, 4), self._crash()
        self.engine.drain(limit, crash=crash)
        # How many rows a fact takes is the product's own affair: nothing is told.
        self._note("drain", crash, None, limit)

    def _regrade_to_the_end(self) -> None:
        """A set of changes is applied after all erasures, the one under way or one more: erased people are counted."""
        if self.engine.store.regrade is None:
            key = 1 + next(iter(self.engine.store.keys[self.engine.store.key_version][0])) % state.OPTIONS
            self._note("propose", Crash.NONE, self.engine.propose(1, key), 1, key)
        told = None
        while told != "computed":
            told = self.engine.compute()
            self._note("compute", Crash.NONE, told)
        self._note("decide", Crash.NONE, self.engine.decide(is_applied=True), True)

    def _propose(self) -> None:
        item, key = self._rng.randint(1, state.ITEMS), self._rng.randint(1, state.OPTIONS)
        self._note("propose", Crash.NONE, self.engine.propose(item, key), item, key)

    def _compute(self) -> None:
        if self.engine.store.regrade is not None:
            crash = self._crash()
            self._note("compute", crash, self.engine.compute(crash=crash))

    def _decide(self) -> None:
        regrade = self.engine.store.regrade
        # Mostly once it is computed; now and then too early, which is refused, or to give it up on the way.
        if regrade is not None and (regrade.state == "computed" or self._rng.random() < 1 / 5):
            is_applied, crash = self._rng.random() < 2 / 3, self._crash()
            self._note("decide", crash, self.engine.decide(is_applied=is_applied, crash=crash), is_applied)
