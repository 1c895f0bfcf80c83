"""Assemble contests with their counts and the caller's own line, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.contests.models import Contest, Round
from backend.contests.queries import rulebook_of
from backend.contests.shapes import contest_shape, round_shape
from backend.infra.reading import one_snapshot
from backend.participation.queries import totals_for_contests, totals_for_rounds
from backend.results.models import Result


def describe_contests(contests: Sequence[Contest], *, person: Person | None, now: datetime) -> list[dict[str, Any]]:
    """Return contests as the contract shows them. `person` None leaves every round's `mine` null."""
    rounds = [one for contest in contests for one in contest.rounds.all()]
    # In one snapshot: figures of two versions of the keys never stand side by side.
    with one_snapshot():
        contest_totals = totals_for_contests([contest.pk for contest in contests], now=now)
        round_totals = totals_for_rounds([one.pk for one in rounds], now=now)
        mine = _own_lines(rounds, person=person) if person else {}
    described: list[dict[str, Any]] = []
    for contest in contests:
        limit = rulebook_of(contest).attempts_per_round
        described.append(
            {
                **contest_shape(contest, now=now),
                "totals": contest_totals[contest.pk],
                "rounds": [
                    {
                        **round_shape(one, now=now),
                        "totals": round_totals[one.pk],
                        "mine": _with_left(mine.get(one.pk), limit) if person else None,
                    }
                    for one in contest.rounds.all()
                ],
            }
        )
    return described


def _with_left(line: dict[str, Any] | None, limit: int | None) -> dict[str, Any]:
    line = line or {"attempts_used": 0, "open_attempt": None, "best": None}
    return {**line, "attempts_left": None if limit is None else max(0, limit - line["attempts_used"])}


def _own_lines(rounds: Sequence[Round], *, person: Person) -> dict[int, dict[str, Any]]:
    """Return per round id what the person has used, what is open, and the best result so far."""
    ids = [one.pk for one in rounds]
    lines: defaultdict[int, dict[str, Any]] = defaultdict(
        lambda: {"attempts_used": 0, "open_attempt": None, "best": None}
    )
    attempts = Attempt.objects.filter(person=person, round__in=ids).values_list("round_id", "state", "uuid")
    for round_id, state, uuid in attempts:
        lines[round_id]["attempts_used"] += 1
        if state == AttemptState.OPEN:
            lines[round_id]["open_attempt"] = uuid
    results = (
        Result.objects.counted()
        .filter(person=person, round__in=ids, key_version=F("contest__key_version"))
        .select_related("attempt")
        .order_by("round_id", "-correct_count", "submitted_at", "attempt_id")
    )
    for result in results:
        if lines[result.round_id]["best"] is None:
            lines[result.round_id]["best"] = {
                "attempt": result.attempt.uuid,
                "correct_count": result.correct_count,
                "item_count": result.item_count,
            }
    return dict(lines)
