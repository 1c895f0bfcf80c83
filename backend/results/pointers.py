"""Under which key versions a contest's results are written, and the locks that keep the pointer still meanwhile.

Whoever records results holds the contest's lock and those of its persons' parts shared. Whoever moves the pointer holds
the contest's alone. Who takes persons of a part over into a version computed aside holds the contest's shared and the
part's alone: so parts are worked on side by side, no result is written under a version that has just lost its place,
and none is overlooked by a batch. Everybody takes the contest's lock first, parts by number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from backend.infra.arrays import array_text
from backend.results.enums import RegradeState

# The states in which results are written under the target as well.
ASIDE = (RegradeState.COMPUTING, RegradeState.COMPUTED, RegradeState.APPROVED)
# Into how many parts the persons of a contest are split, at most.
PARTS = 4
_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended('results.pointer:' || %s, 0))"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('results.pointer:' || %s, 0))"
_PART_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('results.part:' || %s || ':' || %s, 0))"
_PART_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended('results.part:' || %s || ':' || %s, 0))"
# Where parts begin and end is written under the contest's lock alone, once.
_PARTS_OF = """
SELECT DISTINCT g.contest_id, p.number
FROM results_regrade AS g JOIN results_regradepart AS p ON p.regrade_id = g.id
JOIN unnest(%(contests)s::bigint[], %(persons)s::bigint[]) AS who (contest_id, person_id)
  ON who.contest_id = g.contest_id AND who.person_id > p.after_person_id AND who.person_id <= p.upto_person_id
WHERE g.state = %(computing)s
ORDER BY 1, 2
"""
_POINTERS = """
SELECT c.id, c.key_version, NULL::bigint[] FROM contests_contest AS c WHERE c.id = ANY(%(ids)s)
UNION ALL
SELECT g.contest_id, g.target_key_version, CASE WHEN g.state = %(computing)s THEN (
    SELECT coalesce(array_agg(ARRAY[p.after_person_id, p.cursor_person_id]), '{}')
    FROM results_regradepart AS p WHERE p.regrade_id = g.id
) END
FROM results_regrade AS g WHERE g.contest_id = ANY(%(ids)s) AND g.state = ANY(%(aside)s)
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A key version under which results of the contest are written.

    Where `taken` is given, only of persons with an id in one of these stretches: beyond the first, up to the second.
    """

    contest_id: int
    key_version: int
    taken: tuple[tuple[int, int], ...] | None = None

    def covers(self, *, contest_id: int, person_id: int) -> bool:
        """Tell whether a result of this person in this contest is written under this version."""
        if contest_id != self.contest_id:
            return False
        return self.taken is None or any(after < person_id <= upto for after, upto in self.taken)


def hold_pointers(people: Iterable[tuple[int, int]]) -> list[Pointer]:
    """Keep contests' pointers still until this transaction ends, and return what results are written under.

    `people` are those whose results are about to be written, each with the contest: (contest id, person id).
    """
    who = sorted(set(people))
    ids = sorted({contest_id for contest_id, _ in who})
    values: dict[str, Any] = {
        "contests": array_text(contest_id for contest_id, _ in who),
        "persons": array_text(person_id for _, person_id in who),
        "computing": RegradeState.COMPUTING.value,
    }
    with connection.cursor() as cursor:
        for contest_id in ids:
            cursor.execute(_SHARED, [str(contest_id)])
        cursor.execute(_PARTS_OF, values)
        for contest_id, number in cursor.fetchall():
            cursor.execute(_PART_SHARED, [str(contest_id), str(number)])
    # A statement of its own: its snapshot is younger than the locks.
    return read_pointers(ids)


def read_pointers(contest_ids: Iterable[int]) -> list[Pointer]:
    """Return what the contests' results are written under, as this snapshot has it."""
    values: dict[str, Any] = {
        "ids": list(contest_ids),
        "computing": RegradeState.COMPUTING.value,
        "aside": [state.value for state in ASIDE],
    }
    with connection.cursor() as cursor:
        cursor.execute(_POINTERS, values)
        return [
            Pointer(contest_id, key_version, taken if taken is None else tuple(map(tuple, taken)))
            for contest_id, key_version, taken in cursor.fetchall()
        ]


def hold_part(contest_id: int, *, number: int) -> None:
    """Keep the pointer still, wait until nobody records results of a part, and keep everybody out of it until then."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [str(contest_id)])
        cursor.execute(_PART_ALONE, [str(contest_id), str(number)])


def hold_alone(contest_id: int) -> None:
    """Wait until nobody is recording results of the contest, and keep everybody out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [str(contest_id)])
