"""Count what people chose at one question of a contest: the evidence of a wrong key. Sums alone, nobody's answers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from backend.attempts.enums import AttemptState

# Papers are long rows: reading all of a million takes longer than a person waits, and tells no more than these.
MOST_READ = 50_000

# Attempts' uuids are drawn at random and indexed, so the first ones in their order are a fair sample of any contest.
HELD = """
WITH ended AS MATERIALIZED (
    SELECT id FROM attempts_attempt WHERE contest_id = %(contest)s AND state <> %(open)s ORDER BY uuid LIMIT %(most)s
), held AS MATERIALIZED (
    SELECT t.id, t.round_id, t.person_id, place.number AS item,
           ARRAY(SELECT jsonb_array_elements_text(place.entry -> 1)::int) AS shown
    FROM ended JOIN attempts_attempt AS t USING (id)
    CROSS JOIN LATERAL jsonb_array_elements(t.paper) WITH ORDINALITY AS place (entry, number)
    WHERE t.paper @> %(holding)s AND (place.entry ->> 0)::bigint = %(version)s
)"""
_CHOSEN = f"""{HELD}, chosen AS (
    SELECT h.id, ARRAY(SELECT h.shown[position] FROM unnest(a.choice) AS position ORDER BY 1) AS options
    FROM held AS h
    LEFT JOIN attempts_answer AS a ON a.round_id = h.round_id AND a.attempt_id = h.id AND a.item = h.item
)
SELECT NULL::int[], count(*), NULL::bigint, NULL::bigint FROM ended
UNION ALL
SELECT c.options, count(*), sum(r.correct_count), sum(r.item_count)
FROM chosen AS c JOIN results_result AS r ON r.attempt_id = c.id AND r.key_version = %(key_version)s
GROUP BY c.options
"""  # noqa: S608  # built from constants alone


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """The attempts that chose exactly these canonical options (none: left open), with their sums over whole papers."""

    options: tuple[int, ...]
    count: int
    correct_count: int
    item_count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen at one question, over `read` ended attempts of the contest: all of them, or a fair sample."""

    read: int
    sets: tuple[ChosenSet, ...]

    @property
    def held(self) -> int:
        """How many of the attempts read had the question on their paper."""
        return sum(one.count for one in self.sets)

    def count_with(self, option: int) -> int:
        """Return how many chose this option, alone or with others."""
        return sum(one.count for one in self.sets if option in one.options)

    def count_exactly(self, keys: Iterable[frozenset[int]]) -> int:
        """Return how many chose exactly one of these sets of options."""
        accepted = set(keys)
        return sum(one.count for one in self.sets if frozenset(one.options) in accepted)

    def share_elsewhere(self, option: int, keys: Iterable[frozenset[int]]) -> float | None:
        """Return how large a part of their other questions those who chose this option got right, 0 to 1.

        Good people agreeing on another option than the key are the clearest sign of a wrong key. `keys` are those
        that the sums were scored by: what this question gave is taken out. None where nobody chose it.
        """
        accepted = set(keys)
        rows = [one for one in self.sets if option in one.options]
        here = sum(one.count for one in rows if frozenset(one.options) in accepted)
        others = sum(one.item_count - one.count for one in rows)
        return (sum(one.correct_count for one in rows) - here) / others if others else None


def count_choices(*, contest_id: int, version_id: int, key_version: int, most: int = MOST_READ) -> Choices:
    """Count what was chosen at a question version over ended attempts, in the caller's snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, held_values(contest_id, version_id, key_version, most))
        rows = cursor.fetchall()
    sets = [ChosenSet(tuple(row[0]), *row[1:]) for row in rows if row[0] is not None]
    return Choices(
        read=next(row[1] for row in rows if row[0] is None),
        sets=tuple(sorted(sets, key=lambda one: (-one.count, one.options))),
    )


def held_values(contest_id: int, version_id: int, key_version: int, most: int) -> dict[str, Any]:
    """Return the values that `HELD` refers to."""
    return {
        "contest": contest_id,
        "open": AttemptState.OPEN.value,
        "most": most,
        "holding": json.dumps([[version_id]]),
        "version": version_id,
        "key_version": key_version,
    }
