"""The line before a start: first come, first served, at a steady pace. Pure: the instant is passed in.

A token bucket lets people in from the head of the line. Whoever is let in is *granted* a start, to be used within a
minute: asking again, pressing twice or a broken connection costs nothing. Whoever does not come back in time loses the
place, and no token is spent on them. `infra.waiting_room` says the same in Lua for all processes; a test holds the two
together.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

GRANT_MS = 60_000  # long enough for a phone that sleeps, short enough that nobody saves grants up
SLACK_MS = 30_000  # how much later than asked a phone may come back: one lost connection and its retries
RETRY_MIN_MS = 500
RETRY_MAX_MS = 30_000


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_s` people are let in a second; up to `burst` at once after a quiet time."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody who wants in. `joined_ms`: when they first asked, proven by their ticket; None for a newcomer."""

    person_id: int
    joined_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody waits: behind `ahead` others since `joined_ms`, to ask again in `retry_ms`, at latest `due_ms`."""

    ahead: int
    joined_ms: float
    retry_ms: int
    due_ms: float


def retry_ms(ahead: int, pace: Pace) -> int:
    """Return when the turn will have come: so most people ask twice, however long the line."""
    return round(min(RETRY_MAX_MS, max(RETRY_MIN_MS, (ahead + 1) / pace.per_s * 1000)))


class Line:
    """The line in this process's memory. Instants are milliseconds of one clock."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._tokens = float(pace.burst)
        self._at_ms = 0.0
        self._order: list[tuple[float, int]] = []
        self._joined: dict[int, float] = {}
        self._due: dict[int, float] = {}
        self._granted: dict[int, float] = {}

    def ask(self, asks: Sequence[Ask], now_ms: float) -> list[Place | None]:
        """Return, in order, where each waits; None: come in."""
        now_ms = max(now_ms, self._at_ms)
        self._tokens = min(self._pace.burst, self._tokens + (now_ms - self._at_ms) * self._pace.per_s / 1000)
        self._at_ms = now_ms
        self._granted = {person: until for person, until in self._granted.items() if until > now_ms}
        for number, one in enumerate(asks):
            self._join(one, now_ms, number)
        self._let_in(now_ms)
        return [self._place(one.person_id, now_ms) for one in asks]

    def _join(self, one: Ask, now_ms: float, number: int) -> None:
        if one.person_id in self._granted:
            return
        if one.person_id not in self._joined:
            # Those of one call stand in its order; a microsecond parts them.
            joined_ms = now_ms + number / 1000 if one.joined_ms is None else min(one.joined_ms, now_ms)
            self._joined[one.person_id] = joined_ms
            insort(self._order, (joined_ms, one.person_id))
        self._due[one.person_id] = now_ms

    def _let_in(self, now_ms: float) -> None:
        while self._tokens >= 1 and self._order:
            _, person_id = self._order.pop(0)
            del self._joined[person_id]
            if self._due.pop(person_id) >= now_ms:
                self._granted[person_id] = now_ms + GRANT_MS
                self._tokens -= 1

    def _place(self, person_id: int, now_ms: float) -> Place | None:
        if person_id in self._granted:
            return None
        joined_ms = self._joined[person_id]
        ahead = self._order.index((joined_ms, person_id))
        wait_ms = retry_ms(ahead, self._pace)
        self._due[person_id] = now_ms + wait_ms + SLACK_MS
        return Place(ahead, joined_ms, wait_ms, self._due[person_id])
