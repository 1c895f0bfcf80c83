"""Write results: derived from attempts, once per key version."""

from collections.abc import Sequence

from django.db import connection, transaction

from backend.infra import events
from backend.infra.arrays import array_text
from backend.results.events import ResultsRecorded
from backend.results.marking import mark_sheets, read_sheets
from backend.results.pointers import hold_pointers

# Everything but the marks is the attempt's own. The time used repeats `core.timing.used_ms`.
# In the order of the attempts: a person's first result gets the lowest id, which is what "first" goes by.
_INSERT = """
INSERT INTO results_result (attempt_id, key_version, person_id, contest_id, round_id, prediction, submitted_at,
                            territory_id, party_id, workplace_id, used_ms, correct_count, points, item_count,
                            is_all_correct)
SELECT a.id, marked.key_version, a.person_id, a.contest_id, a.round_id, a.prediction, a.submitted_at,
       a.territory_id, a.party_id, a.workplace_id,
       greatest(0, trunc(extract(epoch FROM least(a.submitted_at, a.deadline_at) - a.started_at) * 1000)),
       marked.correct, marked.points, marked.items, marked.items > 0 AND marked.correct = marked.items
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[]) WITH ORDINALITY
     AS marked (attempt_id, key_version, items, correct, points, place)
JOIN attempts_attempt AS a ON a.id = marked.attempt_id
ORDER BY marked.place
RETURNING id
"""


@transaction.atomic
def record_results(*, attempt_ids: Sequence[int]) -> tuple[int, ...]:
    """Score attempts that have just ended, tell downstream in the caller's transaction, and return the results' ids.

    Beside the keys in force, a version that is being computed aside gets its results of persons it has taken over.
    A result that exists already breaks `result_once_per_key_version`: an attempt ends once, so that is a bug.
    """
    sheets = read_sheets(attempt_ids)
    marked: list[tuple[int, int, int, int, int | None]] = []
    for pointer in hold_pointers((sheet.contest_id, sheet.person_id) for sheet in sheets):
        covered = [one for one in sheets if pointer.covers(contest_id=one.contest_id, person_id=one.person_id)]
        marks = mark_sheets(covered, contest_id=pointer.contest_id, key_version=pointer.key_version)
        marked += [
            (sheet.attempt_id, pointer.key_version, mark.items, mark.correct, mark.points)
            for sheet, mark in zip(covered, marks, strict=True)
        ]
    if not marked:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [array_text(column) for column in zip(*marked, strict=True)])
        result_ids = tuple(row[0] for row in cursor.fetchall())
    marked_ids = {row[0] for row in marked}
    contest_ids = frozenset(sheet.contest_id for sheet in sheets if sheet.attempt_id in marked_ids)
    events.publish(ResultsRecorded(result_ids, contest_ids))
    return result_ids
