"""Mark ended attempts for recording: the database lays question, order and answer side by side, each is judged once.

Papers share their questions, a question has few orders and an order few choices: of ten thousand papers with twenty
places each only some thousand places differ. `scoring` marks the same attempts one by one, from their rows; the check
of all results (`queries.differences`) compares the two.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from backend.contests.queries import rulebook_in_play
from backend.core.rules.points import Scoring
from backend.core.scoring import Answer, is_correct
from backend.core.written import SHORT_TEXT_MAX
from backend.infra.arrays import array_text
from backend.results.keys import EffectiveKey, effective_keys

# What was answered, of a row `n` of answers: positions as PostgreSQL writes them, or "t" and what was written in hex,
# for it may hold any sign. One character more than a short text may have tells that it is too long; of an essay, which
# nobody compares, no more than that is carried.
ANSWERED = f"coalesce('t' || encode(convert_to(left(n.text, {SHORT_TEXT_MAX + 1}), 'UTF8'), 'hex'), n.choice::text)"
_WRITTEN = "=t"
# A subquery of each attempt, not one join: whatever the planner believes of the tables, an attempt's answers are found
# by its key. What stands between "=" and "|" is digits, punctuation and the letters of hex.
_SHEETS = f"""
SELECT a.id, a.contest_id, a.person_id, coalesce(sheet.places, '')
FROM attempts_attempt AS a
LEFT JOIN LATERAL (
    SELECT string_agg((place.item)::text || '=' || coalesce({ANSWERED}, ''), '|') AS places
    FROM jsonb_array_elements(a.paper) WITH ORDINALITY AS place (item, number)
    LEFT JOIN attempts_answer AS n
           ON n.round_id = a.round_id AND n.attempt_id = a.id AND n.item = place.number
) AS sheet ON true
WHERE a.id = ANY(%s::bigint[])
ORDER BY a.id
"""  # noqa: S608  # built from constants alone


@dataclass(frozen=True, slots=True)
class Sheet:
    """An ended attempt as it is marked.

    A place reads "[version, [order]]={choice}", the braces empty or left out, or "[version, []]=t" and the text in hex.
    """

    attempt_id: int
    contest_id: int
    person_id: int
    places: tuple[str, ...]


class Mark(NamedTuple):
    """What one place is worth: 1 where it is right, and points in units of `core.scoring.POINTS_PER_ITEM`.

    `items` is 1 where the place counts among the questions with a key, 0 for an essay.
    """

    correct: int
    points: int
    items: int = 1


# An essay is worth nothing here: what people give for it is added to the sheet.
ESSAY = Mark(0, 0, 0)


class Marked(NamedTuple):
    """What a sheet is worth; `points` as `Result` has them, `items` the questions with a key."""

    correct: int
    points: int | None
    items: int


def read_sheets(attempt_ids: Sequence[int]) -> list[Sheet]:
    """Return the sheets of attempts that have ended, by id; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SHEETS, [array_text(attempt_ids)])
        return [
            Sheet(attempt_id, contest_id, person_id, tuple(places.split("|")) if places else ())
            for attempt_id, contest_id, person_id, places in cursor.fetchall()
        ]


def mark_sheets(sheets: Sequence[Sheet], *, contest_id: int, key_version: int) -> list[Marked]:
    """Return, in order, what each sheet is worth under one version of the contest's keys.

    Its essays bring nothing yet: marks come after the round, and enter with a later version.
    """
    places = {place for sheet in sheets for place in sheet.places}
    marks = judge_places(places, contest_id=contest_id, key_version=key_version)
    correct = {place: mark.correct for place, mark in marks.items()}
    counts = [sum(map(correct.__getitem__, sheet.places)) for sheet in sheets]
    rules = rulebook_in_play(contest_id)
    if not rules.has_points:
        return [Marked(count, None, len(sheet.places)) for count, sheet in zip(counts, sheets, strict=True)]
    points = {place: mark.points for place, mark in marks.items()}
    items = {place: mark.items for place, mark in marks.items()}
    return [
        Marked(count, sum(map(points.__getitem__, sheet.places)), sum(map(items.__getitem__, sheet.places)))
        for count, sheet in zip(counts, sheets, strict=True)
    ]


def judge_places(places: Iterable[str], *, contest_id: int, key_version: int) -> dict[str, Mark]:
    """Return what each different place is worth under one version of the contest's keys."""
    version_of = {place: int(place[1 : place.index(",")]) for place in places}
    keys = effective_keys(contest_id=contest_id, key_version=key_version, version_ids=set(version_of.values()))
    rule = rulebook_in_play(contest_id).scoring_rule
    return {
        place: (_judge if _WRITTEN in place else _judge_once)(place, keys[version_id], rule)
        for place, version_id in version_of.items()
    }


def _judge(place: str, key: EffectiveKey, rule: Scoring) -> Mark:
    if key.is_marked:
        return ESSAY
    order, answer = _read(place)
    item, judged = key.judge(1, order, answer, rule)
    return Mark(int(is_correct(item, judged)), rule.points(item, judged))


# The same again for nearly every batch of a round that ends: a question with four options, one of them right, has 120
# such places, so some 270 questions are kept. What people wrote is not.
_judge_once = lru_cache(maxsize=32_768)(_judge)


def _read(place: str) -> tuple[list[int], Answer]:
    item, _, answer = place.partition("=")
    _, order = json.loads(item)
    if answer.startswith("t"):
        return order, bytes.fromhex(answer[1:]).decode()
    return order, [int(position) for position in answer.strip("{}").split(",") if position]
