"""Lines and ranks, computed anew from the results by `core.ranking`. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from backend.core.ranking import Entry, RankingOrder, rank
from backend.core.rules.registry import COUNTINGS
from backend.rehearsal.rows import ResultRow, Snapshot, StandingRow

LineKey = tuple[int, int, int]  # round, key version, person


class Placed(NamedTuple):
    """A line with its place, as a board should show it."""

    rank: int
    is_tied: bool
    result: ResultRow


def counted_results(results: Iterable[ResultRow], *, rule: str) -> dict[LineKey, ResultRow]:
    """Return the one result of each person that counts in each round, by the contest's rule."""
    first = COUNTINGS[rule].first
    by_person: defaultdict[LineKey, list[ResultRow]] = defaultdict(list)
    for result in results:
        by_person[result.round_id, result.key_version, result.person_id].append(result)
    return {key: min(own, key=lambda result: first(_entry(result))) for key, own in by_person.items()}


def find_wrong_lines(snapshot: Snapshot) -> list[str]:
    """Return a finding for each stored line that is not the counted result of its person, is missing, or is extra."""
    rule = snapshot.counts_rule
    expected = {key: _line(result) for key, result in counted_results(snapshot.results, rule=rule).items()}
    stored = {(line.round_id, line.key_version, line.person_id): line for line in snapshot.standings}
    return [
        f"round {key[0]} person {key[2]}: line is {stored.get(key)}, should be {expected.get(key)}"
        for key in sorted(expected.keys() | stored.keys())
        if expected.get(key) != stored.get(key)
    ]


def place(snapshot: Snapshot, *, round_id: int, within: Callable[[ResultRow], bool] = lambda _: True) -> list[Placed]:
    """Return the board of a running round, or of some of its lines, in order. Predictions decide only once it ends."""
    of_round = (r for r in snapshot.results_in_force if r.round_id == round_id)
    counted = counted_results(of_round, rule=snapshot.counts_rule)
    lines = {result.attempt_id: result for result in counted.values() if within(result)}
    order = RankingOrder(chain=snapshot.ranking)
    placings = rank([_entry(result) for result in lines.values()], order=order)
    return [Placed(placing.rank, placing.is_tied, lines[placing.entry_id]) for placing in placings]


def compare_board(name: str, expected: Sequence[object], shown: Sequence[object]) -> list[str]:
    """Return a finding for each place of a board that shows something else than it should."""
    longest = max(len(expected), len(shown))
    pairs = [(expected[i] if i < len(expected) else None, shown[i] if i < len(shown) else None) for i in range(longest)]
    return [
        f"{name} place {number}: shows {is_shown}, should show {should}"
        for number, (should, is_shown) in enumerate(pairs, start=1)
        if should != is_shown
    ]


def _entry(result: ResultRow) -> Entry:
    return Entry(
        entry_id=result.attempt_id,
        correct_count=result.correct_count,
        used_ms=result.used_ms,
        submitted_at=result.submitted_at,
        prediction=result.prediction,
        points=result.points,
    )


def _line(result: ResultRow) -> StandingRow:
    return StandingRow(*(getattr(result, name) for name in StandingRow._fields))
