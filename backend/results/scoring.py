"""Score attempts from their rows: papers, answers, keys. A few queries for any number of attempts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.attempts.models import Answer, Attempt
from backend.contests.queries import rulebook_in_play
from backend.core.rulebook import Rulebook
from backend.core.scoring import Answer as Answered
from backend.core.scoring import Score, score
from backend.core.timing import used_ms
from backend.results.essays import essay_points
from backend.results.keys import EffectiveKey, effective_keys


@dataclass(frozen=True, slots=True)
class Scored:
    """An ended attempt and what it is worth under one version of the keys; `points` as `Result` has them."""

    attempt: Attempt
    key_version: int
    score: Score
    points: int | None
    used_ms: int


def score_attempts(attempts: Sequence[Attempt], *, contest_id: int, key_version: int) -> list[Scored]:
    """Score ended attempts of one contest under one version of its keys, in the order given."""
    answers: defaultdict[int, dict[int, Answered]] = defaultdict(dict)
    ids = [attempt.pk for attempt in attempts]
    # The rounds stand in the text of the query, so that their partitions alone are planned for.
    chosen = Answer.objects.filter(round_id__in={attempt.round_id for attempt in attempts}, attempt_id__in=ids)
    for attempt_id, item, choice, text in chosen.values_list("attempt_id", "item", "choice", "text"):
        answers[attempt_id][item] = choice if text is None else text
    keys = effective_keys(
        contest_id=contest_id,
        key_version=key_version,
        version_ids={version_id for attempt in attempts for version_id, _ in attempt.paper},
    )
    rules = rulebook_in_play(contest_id)
    essays = essay_points(contest_id=contest_id, key_version=key_version, attempt_ids=ids)
    return [
        _scored(attempt, key_version, keys, answers[attempt.pk], rules, essay_points=essays.get(attempt.pk, 0))
        for attempt in attempts
    ]


def _scored(
    attempt: Attempt,
    key_version: int,
    keys: Mapping[int, EffectiveKey],
    answers: Mapping[int, Answered],
    rules: Rulebook,
    *,
    essay_points: int,
) -> Scored:
    rule = rules.scoring_rule
    judged = [
        keys[version_id].judge(place, order, answers.get(place), rule)
        for place, (version_id, order) in enumerate(attempt.paper, start=1)
        if not keys[version_id].is_marked
    ]
    items = [item for item, _ in judged]
    chosen = {item.item: choice for item, choice in judged if choice}
    points = rule.total(items, chosen) + essay_points if rules.has_points else None
    return Scored(attempt, key_version, score(items, chosen), points, _used_ms(attempt))


def _used_ms(attempt: Attempt) -> int:
    if attempt.submitted_at is None:
        raise ValueError(f"{attempt} is still open")
    return used_ms(started_at=attempt.started_at, ended_at=attempt.submitted_at, deadline_at=attempt.deadline_at)
