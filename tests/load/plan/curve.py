"""When people come: arrivals by the second, and what follows from them. Pure: no clock, no chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Scenario:
    """A crowd. Shares are of the people of the busiest hour's day, of that hour, and of that hour's first minute."""

    name: str
    people: int
    day_share: float
    hour_share: float
    minute_share: float


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one person does: seconds from start to end, answers sent in them (changes included)."""

    seconds: int
    answers: int


@dataclass(frozen=True, slots=True)
class Peaks:
    """The most of each, a second; `sitting` is how many sit at once."""

    starts: float
    answers: float
    ends: float
    sitting: int


def arrivals(scenario: Scenario) -> list[float]:
    """Return the arrivals of each second of the busiest hour: a bell's first minute, then evenly."""
    crowd = scenario.people * scenario.day_share * scenario.hour_share
    at_bell = crowd * scenario.minute_share
    return [at_bell / 60] * 60 + [(crowd - at_bell) / 3540] * 3540


def waits(coming: Sequence[float], *, per_s: float) -> tuple[list[float], float]:
    """Let them in at most so many a second; return the starts of each second and the longest wait in seconds.

    A fluid queue, first come first served: who comes last in a second waits until everybody before has been let in.
    """
    started: list[float] = []
    queue = longest = 0.0
    for number in coming:
        queue += number
        passed = min(queue, per_s)
        queue -= passed
        started.append(passed)
        longest = max(longest, queue / per_s)
    while queue > 0:
        started.append(min(queue, per_s))
        queue -= started[-1]
    return started, longest


def peaks(started: Sequence[float], sitting: Sitting) -> Peaks:
    """Return the peaks that these starts lead to, each person sitting equally long and answering evenly."""
    total = [0.0, *accumulate(started)]
    at_once = max(total[at] - total[max(0, at - sitting.seconds)] for at in range(1, len(total)))
    return Peaks(
        starts=max(started),
        answers=at_once * sitting.answers / sitting.seconds,
        # Everybody who started in one second ends in one second: with a deadline nobody spreads the ends.
        ends=max(started),
        sitting=round(at_once),
    )
