"""Assemble contests with their counts and the caller's own line, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.contests.models import Contest, Round
from backend.contests.queries import is_result_shown, rulebook_of, titles_for
from backend.contests.shapes import contest_shape, round_shape
from backend.infra.reading import one_snapshot
from backend.participation.queries import Totals, totals_for_contests, totals_for_rounds
from backend.results.queries import counted_results


def describe_contests(
    contests: Sequence[Contest], *, person: Person | None, now: datetime, is_staff: bool = False
) -> list[dict[str, Any]]:
    """Return contests as the contract shows them. `person` None leaves every round's `mine` null.

    What tells of results is left out until the rules let it be seen, save where it is for the staff alone.
    """
    rounds = [one for contest in contests for one in contest.rounds.all()]
    # In one snapshot: figures of two versions of the keys never stand side by side.
    with one_snapshot():
        contest_totals = totals_for_contests([contest.pk for contest in contests], now=now)
        round_totals = totals_for_rounds([one.pk for one in rounds], now=now)
        mine = _own_lines(rounds, person=person, now=now) if person else {}
    titles = titles_for(rulebook_of(contest) for contest in contests)
    described: list[dict[str, Any]] = []
    for contest in contests:
        limit = rulebook_of(contest).attempts_per_round
        described.append(
            {
                **contest_shape(contest, now=now, titles=titles),
                "totals": _told(contest_totals[contest.pk], is_staff or is_result_shown(contest, now=now)),
                "rounds": [
                    {
                        **round_shape(one, now=now),
                        "totals": _told(round_totals[one.pk], is_staff or is_result_shown(one, now=now)),
                        "mine": _with_left(mine.get(one.pk), limit) if person else None,
                    }
                    for one in contest.rounds.all()
                ],
            }
        )
    return described


def _told(totals: Totals, is_shown: bool) -> Totals:
    return totals if is_shown else replace(totals, all_correct=None)


def _with_left(line: dict[str, Any] | None, limit: int | None) -> dict[str, Any]:
    line = line or {"attempts_used": 0, "open_attempt": None, "best": None}
    return {**line, "attempts_left": None if limit is None else max(0, limit - line["attempts_used"])}


def _own_lines(rounds: Sequence[Round], *, person: Person, now: datetime) -> dict[int, dict[str, Any]]:
    """Return per round id what the person has used, what is open, and the result that counts so far."""
    ids = [one.pk for one in rounds]
    lines: defaultdict[int, dict[str, Any]] = defaultdict(
        lambda: {"attempts_used": 0, "open_attempt": None, "best": None}
    )
    attempts = Attempt.objects.filter(person=person, round__in=ids).values_list("round_id", "state", "uuid")
    for round_id, state, uuid in attempts:
        lines[round_id]["attempts_used"] += 1
        if state == AttemptState.OPEN:
            lines[round_id]["open_attempt"] = uuid
    shown = [one for one in rounds if is_result_shown(one, now=now)]
    for round_id, result in counted_results(person=person, rounds=shown).items():
        lines[round_id]["best"] = {
            "attempt": result.attempt.uuid,
            "correct_count": result.correct_count,
            "points": result.points,
            "item_count": result.item_count,
        }
    return dict(lines)
