"""Count what people wrote at a question answered in words: the evidence of a missing right answer.

Sums alone: what few people wrote is not told, for it might be somebody's name.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from backend.core.written import SHORT_TEXT_MAX, is_accepted, reading, visible
from backend.results.choices import HELD, MOST_READ, held_values
from backend.results.keys import EffectiveKey

WORDINGS_SHOWN = 20
FEWEST_PEOPLE = 3

_WRITTEN = f"""{HELD}
SELECT NULL::text, NULL::bigint[], count(*), NULL::bigint, NULL::bigint FROM ended
UNION ALL
SELECT coalesce(left(a.text, {SHORT_TEXT_MAX + 1}), ''), array_agg(h.person_id), count(*), sum(r.correct_count),
       sum(r.item_count)
FROM held AS h JOIN results_result AS r ON r.attempt_id = h.id AND r.key_version = %(key_version)s
LEFT JOIN attempts_answer AS a ON a.round_id = h.round_id AND a.attempt_id = h.id AND a.item = h.item
GROUP BY 1
"""  # noqa: S608  # built from constants alone


@dataclass(frozen=True, slots=True)
class Wording:
    """What attempts wrote that reads alike. `elsewhere`: what part of their other questions they got right, 0 to 1."""

    text: str
    count: int
    is_accepted: bool
    elsewhere: float | None


@dataclass(frozen=True, slots=True)
class Wordings:
    """What was written at one question over `read` ended attempts of the contest: all of them, or a fair sample.

    `held` of them have the question, `open_count` wrote nothing, `other_count` what is not `shown`.
    """

    read: int
    held: int
    open_count: int
    right_count: int
    shown: tuple[Wording, ...]
    other_count: int


@dataclass(slots=True)
class _Alike:
    """All that reads alike, while it is summed up. `spellings` holds who wrote it so."""

    count: int = 0
    correct_count: int = 0
    item_count: int = 0
    people: set[int] = field(default_factory=set)
    spellings: dict[str, set[int]] = field(default_factory=dict)

    @property
    def spelling(self) -> str | None:
        """The most frequent spelling, where it is not that of few people."""
        spelling, people = max(self.spellings.items(), key=lambda one: (len(one[1]), one[0]))
        return spelling if len(people) >= FEWEST_PEOPLE else None


def count_wordings(
    *, contest_id: int, version_id: int, key_version: int, key: EffectiveKey, most: int = MOST_READ
) -> Wordings:
    """Count what was written at a short text over ended attempts, in the caller's snapshot.

    `key` is the one that `key_version` was scored by. What fewer than three people wrote is summed up with the rest,
    unless it is a right answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, held_values(contest_id, version_id, key_version, most))
        rows = cursor.fetchall()
    alike: dict[str, _Alike] = {}
    for text, people, count, correct_count, item_count in rows:
        if text is None:
            continue
        one = alike.setdefault(reading(text), _Alike())
        one.count, one.correct_count = one.count + count, one.correct_count + int(correct_count)
        one.item_count += int(item_count)
        one.people |= set(people)
        one.spellings.setdefault(" ".join(visible(text).split()), set()).update(people)
    counts = Counter({read: one.count for read, one in alike.items()})
    right = {read for read in alike if key.is_dropped or is_accepted(read, key.readings)}
    named = {reading(text): text for text in key.texts or ()}
    tellable = [
        (read, one) for read, one in alike.items() if read and (read in named or len(one.people) >= FEWEST_PEOPLE)
    ]
    shown = sorted(tellable, key=lambda one: (-one[1].count, one[0]))[:WORDINGS_SHOWN]
    return Wordings(
        read=next(row[2] for row in rows if row[0] is None),
        held=counts.total(),
        open_count=counts[""],
        right_count=sum(counts[read] for read in right),
        shown=tuple(
            Wording(named.get(read) or one.spelling or read, one.count, read in named, _elsewhere(one, read in right))
            for read, one in shown
        ),
        other_count=counts.total() - counts[""] - sum(one.count for _, one in shown),
    )


def _elsewhere(one: _Alike, is_right: bool) -> float | None:
    # What this question gave is taken out.
    others = one.item_count - one.count
    return (one.correct_count - (one.count if is_right else 0)) / others if others else None
