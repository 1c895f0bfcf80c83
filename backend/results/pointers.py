"""Under which key versions a contest's results are written, and the lock that keeps the pointer still meanwhile.

Whoever records results holds the lock shared; whoever moves the pointer, or takes a batch of persons over into a
version computed aside, holds it alone and briefly. So no result is written under a version that has just lost its
place, and none is overlooked by a batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from backend.results.enums import RegradeState

# The states in which results are written under the target as well.
ASIDE = (RegradeState.COMPUTING, RegradeState.COMPUTED, RegradeState.APPROVED)
_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended('results.pointer:' || %s, 0))"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('results.pointer:' || %s, 0))"
_POINTERS = """
SELECT c.id, c.key_version, NULL::bigint FROM contests_contest AS c WHERE c.id = ANY(%(ids)s)
UNION ALL
SELECT g.contest_id, g.target_key_version, CASE WHEN g.state = %(computing)s THEN g.cursor_person_id END
FROM results_regrade AS g WHERE g.contest_id = ANY(%(ids)s) AND g.state = ANY(%(aside)s)
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A key version under which results of the contest are written; of persons up to an id where one is given."""

    contest_id: int
    key_version: int
    upto_person: int | None = None

    def covers(self, *, contest_id: int, person_id: int) -> bool:
        """Tell whether a result of this person in this contest is written under this version."""
        return contest_id == self.contest_id and (self.upto_person is None or person_id <= self.upto_person)


def hold_pointers(contest_ids: Iterable[int]) -> list[Pointer]:
    """Keep the contests' pointers still until this transaction ends, and return what results are written under."""
    ids = sorted(set(contest_ids))
    with connection.cursor() as cursor:
        for contest_id in ids:
            cursor.execute(_SHARED, [str(contest_id)])
        # A statement of its own: its snapshot is younger than the lock.
        cursor.execute(
            _POINTERS,
            {"ids": ids, "computing": RegradeState.COMPUTING.value, "aside": [state.value for state in ASIDE]},
        )
        return [Pointer(*row) for row in cursor.fetchall()]


def hold_alone(contest_id: int) -> None:
    """Wait until nobody is recording results of the contest, and keep everybody out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [str(contest_id)])
