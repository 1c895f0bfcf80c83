"""What the model of a contest stores, and the contest it is of. Pure."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from backend.core.merging import Choice
from backend.core.rulebook import Rulebook
from backend.core.rules.entries import Entry

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(minutes=6)
PEOPLE, ITEMS, OPTIONS, ATTEMPTS = 4, 3, 4, 2
WARD_COUNT = 2
OTHER_RULES = {"duration_s": 60, "attempts_per_round": ATTEMPTS, "paper": "fixed"}
RULES = Rulebook(question_count=ITEMS, **OTHER_RULES)  # type: ignore[arg-type]  # a plain dict
# How long the sweeper waits beyond the grace, so that what was received in time is stored first.
SETTLE = timedelta(seconds=3)
# How long after a withdrawal a person is erased: days in the product, which takes any span.
ERASE_AFTER = timedelta(seconds=5)
FIRST_KEYS = tuple(frozenset({1 + place % OPTIONS}) for place in range(ITEMS))


@dataclass(slots=True)
class Person:
    """Who takes part; persons count from 0. `ward` is all that is told of them: None once they are erased."""

    ward: int | None
    withdrawn_at: datetime | None = None
    erased_at: datetime | None = None


@dataclass(slots=True)
class Attempt:
    """One sitting, with its person's ward as it began. Attempts count from 1 in the order they are begun."""

    person: int
    number: int
    ward: int
    started_at: datetime
    deadline_at: datetime
    state: str = "open"
    submitted_at: datetime | None = None
    prediction: int | None = None


class Result(NamedTuple):
    """What an attempt is worth under one version of the keys."""

    person: int
    correct_count: int
    used_ms: int
    submitted_at: datetime

    def entry(self, attempt: int) -> Entry:
        return Entry(attempt, self.correct_count, self.used_ms, self.submitted_at)


class Cell(NamedTuple):
    """One line of the counts."""

    key_version: int
    ward: int
    hour: datetime


class Counts(NamedTuple):
    entries: int = 0
    people: int = 0
    all_correct: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(slots=True)
class Participant:
    """One person under one version of the keys; `first` is the attempt that made them count."""

    first: int
    is_all_correct: bool = False


@dataclass(slots=True)
class Regrade:
    """A corrected key, computed aside person by person up to `cursor`, then applied or cancelled."""

    target: int
    item: int
    key: frozenset[int]
    state: str = "draft"
    cursor: int = -1


@dataclass(slots=True)
class Store:
    """What is durable. Keys by (attempt, item), (attempt, key version), (key version, person)."""

    people: list[Person] = field(default_factory=lambda: [Person(ward_of(number)) for number in range(PEOPLE)])
    attempts: list[Attempt] = field(default_factory=list)
    answers: dict[tuple[int, int], Choice] = field(default_factory=dict)
    results: dict[tuple[int, int], Result] = field(default_factory=dict)
    lines: dict[tuple[int, int], int] = field(default_factory=dict)
    participants: dict[tuple[int, int], Participant] = field(default_factory=dict)
    outbox: list[tuple[Cell, Counts]] = field(default_factory=list)
    counters: dict[Cell, Counts] = field(default_factory=dict)
    keys: dict[int, tuple[frozenset[int], ...]] = field(default_factory=lambda: {1: FIRST_KEYS})
    key_version: int = 1
    regrade: Regrade | None = None
    regrades: Counter[str] = field(default_factory=Counter)
    last_target: int = 1

    def attempt(self, number: int) -> Attempt:
        return self.attempts[number - 1]

    def copy(self) -> "Store":
        """Return a store that shares only what cannot change: every transaction makes one."""
        return replace(
            self,
            people=[replace(one) for one in self.people],
            attempts=[replace(one) for one in self.attempts],
            answers=dict(self.answers),
            results=dict(self.results),
            lines=dict(self.lines),
            participants={line: replace(one) for line, one in self.participants.items()},
            outbox=list(self.outbox),
            counters=dict(self.counters),
            keys=dict(self.keys),
            regrade=self.regrade and replace(self.regrade),
            regrades=self.regrades.copy(),
        )


def ward_of(person: int) -> int:
    """Return where a person belongs who tells it."""
    return person % WARD_COUNT


def hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
