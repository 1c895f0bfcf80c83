"""Prove the counts: what is stored plus what waits must equal a full recount from the results, in one snapshot."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from backend.infra.reading import one_snapshot
from backend.participation.folding import COLUMNS, facts, fold
from backend.participation.models import RecountAlarm
from backend.results.counting import COUNTED

# A recount of some million results takes seconds; it reads only and holds nobody up.
TIMEOUT_S = 55
SHOWN = 20

# What a cancelled regrade had computed aside is on its way out, counts and results apart.
_RECOUNTED = f"(r.contest_id, r.key_version) NOT IN (SELECT * FROM discarded) AND {COUNTED}"  # noqa: S608
_DIFFERENCES = f"""
WITH discarded AS (SELECT contest_id, target_key_version AS key_version FROM results_regrade WHERE state = 'cancelled'),
facts AS ({facts(_RECOUNTED)}),
sides AS (
    SELECT {COLUMNS}, 0::bigint AS true_entries, 0::bigint AS true_people, 0::bigint AS true_all_correct
    FROM participation_counter WHERE (contest_id, key_version) NOT IN (SELECT * FROM discarded)
    UNION ALL SELECT pending.*, 0, 0, 0 FROM ({fold("participation_statevent")}) AS pending
              WHERE (contest_id, key_version) NOT IN (SELECT * FROM discarded)
    UNION ALL SELECT contest_id, round_id, key_version, facet, unit_id, hour, 0, 0, 0, entries, people, all_correct
              FROM ({fold("facts")}) AS recount
)
SELECT contest_id, round_id, key_version, facet, unit_id, hour, sum(entries)::bigint, sum(people)::bigint,
       sum(all_correct)::bigint, sum(true_entries)::bigint, sum(true_people)::bigint, sum(true_all_correct)::bigint
FROM sides GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(entries) <> sum(true_entries) OR sum(people) <> sum(true_people)
    OR sum(all_correct) <> sum(true_all_correct)
ORDER BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608  # built from constants alone
_UNSCORED = """
SELECT count(*) FROM attempts_attempt AS a JOIN contests_contest AS c ON c.id = a.contest_id
WHERE a.state <> 'open'
  AND NOT EXISTS (SELECT 1 FROM results_result AS r WHERE r.attempt_id = a.id AND r.key_version = c.key_version)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is wrong: what is stored and waiting, and what the results say."""

    contest_id: int
    round_id: int | None
    key_version: int
    facet: str
    unit_id: int | None
    hour: str
    counted: tuple[int, int, int]
    recounted: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Recount:
    """The outcome of a recount. `differences` holds the first few; `mismatch_count` counts them all."""

    as_of: datetime
    results: int
    cells: int
    pending: int
    mismatch_count: int
    attempts_without_result: int
    differences: tuple[Difference, ...]

    @property
    def is_exact(self) -> bool:
        return self.mismatch_count == 0 and self.attempts_without_result == 0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            **asdict(self),
            "as_of": self.as_of.isoformat(),
            "differences": [asdict(one) for one in self.differences],
            "is_exact": self.is_exact,
        }


def recount() -> Recount:
    """Recount everything from the results and compare, cell by cell, in one snapshot."""
    with one_snapshot(timeout_s=TIMEOUT_S) as stamp, connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        rows = cursor.fetchall()
        return Recount(
            as_of=stamp.as_of,
            results=_count("SELECT count(*) FROM results_result"),
            cells=_count("SELECT count(*) FROM participation_counter"),
            pending=_count("SELECT count(*) FROM participation_statevent"),
            mismatch_count=len(rows),
            attempts_without_result=_count(_UNSCORED),
            differences=tuple(
                Difference(row[0], row[1], row[2], row[3], row[4], row[5].isoformat(), row[6:9], row[9:12])
                for row in rows[:SHOWN]
            ),
        )


def recount_and_record(*, now: datetime) -> Recount:
    """Recount; where the counts are wrong, keep the report. Nothing is repaired silently."""
    outcome = recount()
    if not outcome.is_exact:
        RecountAlarm.objects.create(found_at=now, report=outcome.to_json())
    return outcome


def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
