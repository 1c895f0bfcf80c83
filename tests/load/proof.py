"""Prove after a benchmark that what the product derived is what the rows say."""

from collections.abc import Iterator
from itertools import islice

from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.participation.recounting import recount
from backend.participation.services import drain_all
from backend.results.models import Result
from backend.results.scoring import score_attempts
from backend.standings.services import rebuild_standings
from tests.load.options import say

SAMPLE = 3_000


def find_wrong(one: Round) -> list[str]:
    """Return a line for each thing that is wrong: results of every n-th attempt, all lines, all counts."""
    while drain_all().row_count:
        pass
    wrong = list(islice(_wrong_results(one), 20))
    lines = rebuild_standings(apply=False).mismatch_count
    counts = recount()
    wrong += [f"{lines} lines of boards differ"] if lines else []
    wrong += [f"{counts.mismatch_count} cells of counts differ"] if counts.mismatch_count else []
    wrong += [f"{counts.attempts_without_result} attempts have no result"] if counts.attempts_without_result else []
    for line in wrong:
        say(f"WRONG: {line}")
    return wrong


def _wrong_results(one: Round) -> Iterator[str]:
    """Score some attempts anew, place by place from their rows, under every version they have results of."""
    ids = list(Attempt.objects.filter(round=one).exclude(state="open").order_by("pk").values_list("pk", flat=True))
    some = ids[:: max(1, len(ids) // SAMPLE)]
    attempts = list(Attempt.objects.filter(pk__in=some))
    stored = {
        (attempt_id, number): (correct, items, used)
        for attempt_id, number, correct, items, used in Result.objects.filter(attempt__in=some).values_list(
            "attempt_id", "key_version", "correct_count", "item_count", "used_ms"
        )
    }
    for number in sorted({number for _, number in stored}):
        for true in score_attempts(attempts, contest_id=one.contest_id, key_version=number):
            expected = (true.score.correct_count, true.score.item_count, true.used_ms)
            if stored.get((true.attempt.pk, number)) != expected:
                yield f"{true.attempt}, keys {number}: {stored.get((true.attempt.pk, number))}, should be {expected}"
