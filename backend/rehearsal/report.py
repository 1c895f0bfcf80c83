"""What a rehearsal found: the figures of its last line, and the findings behind them. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """The public last line, key by key; None is what could not be checked.

    `answers_acked`: answers the server called saved, each (item, seq) once. `answers_lost`: items that are not stored
    as their citizen was told, or were never sent. `results`: scored attempts of this rehearsal. `standings_mismatch`:
    scores, lines and shown ranks that differ from a recomputation; `counter_mismatch`: cells and shown totals that do.
    `acks_per_s`: acks from the first answer sent to the last ack. `ack_*_ms`: from the last time an answer left to its
    ack, over socket and HTTP together. `tick_p99_ms`: see `observer.tick_delays_ms`. `wall_s`: everything, sign-up and
    checks included.
    """

    citizens: int
    attempts_submitted: int
    answers_acked: int
    answers_lost: int | None
    results: int | None
    scored_twice: int | None
    standings_mismatch: int | None
    counter_mismatch: int | None
    acks_per_s: float
    ack_p50_ms: float | None
    ack_p99_ms: float | None
    tick_p99_ms: float | None
    wall_s: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, in the order of the public line."""
        return asdict(self)

    def is_good(self, *, is_database_optional: bool) -> bool:
        """Tell whether everybody submitted, everything was scored, and every check that must be made found nothing."""
        checked = (self.answers_lost, self.scored_twice, self.standings_mismatch, self.counter_mismatch)
        unchecked_is_fine = is_database_optional or None not in (*checked, self.results)
        return (
            unchecked_is_fine
            and not any(checked)
            and self.attempts_submitted >= self.citizens
            and self.results in (None, self.attempts_submitted)
        )


@dataclass(slots=True)
class Findings:
    """Everything that is wrong, by figure; None is what could not be checked."""

    results: int | None = None
    answers: list[str] | None = None
    twice: list[str] | None = None
    standings: list[str] | None = None
    counts: list[str] | None = None
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return all findings, in the order of the figures."""
        groups = (self.answers, self.twice, self.standings, self.counts)
        return [line for group in groups for line in group or ()] + self.notes


def count(findings: Sequence[str] | None) -> int | None:
    """Return how many; None stays None."""
    return None if findings is None else len(findings)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the nearest-rank percentile, rounded to a tenth; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))], 1)
