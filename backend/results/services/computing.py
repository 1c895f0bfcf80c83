"""Score aside: take persons over into the target version, part by part and batch by batch.

A crash undoes the batches in hand, never more. A batch holds all results of its persons, so each person stands under
the target either wholly or not at all.
"""

import time
from collections import defaultdict
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from backend.infra import events, failpoints
from backend.results.counting import COUNTED
from backend.results.enums import Move, RegradeState
from backend.results.essays import add_essays
from backend.results.events import ResultsRecorded
from backend.results.marking import ANSWERED, judge_places
from backend.results.models import Regrade, RegradeChange, RegradePart
from backend.results.pointers import hold_part
from backend.results.services.stepping import lock_regrade, move

BATCH = 3_000

_CUT = """
SELECT max(person_id) FROM (
    SELECT person_id FROM results_result
    WHERE contest_id = %(contest)s AND key_version = %(base)s AND person_id > %(after)s
      AND person_id <= %(end)s
    ORDER BY person_id LIMIT %(limit)s
) AS next
"""
_THESE = (
    "r.contest_id = %(contest)s AND r.key_version = %(base)s AND r.person_id > %(after)s AND r.person_id <= %(upto)s"
)
# The places of the changed questions on these persons' papers, with what was answered there: most papers hold none of
# them and are passed over without being taken apart. Answers are looked up one by one, by key.
_TOUCHED = f"""
SELECT r.attempt_id, touched.place
FROM results_result AS r
JOIN attempts_attempt AS t ON t.id = r.attempt_id
CROSS JOIN LATERAL (
    SELECT (place.item)::text || '=' || coalesce((
        SELECT {ANSWERED} FROM attempts_answer AS n
        WHERE n.round_id = r.round_id AND n.attempt_id = r.attempt_id AND n.item = place.number
    ), '') AS place
    FROM jsonb_array_elements(t.paper) WITH ORDINALITY AS place (item, number)
    WHERE (place.item ->> 0)::bigint = ANY(%(versions)s)
) AS touched
WHERE {_THESE} AND t.paper @> ANY(%(holding)s::jsonb[])
"""  # noqa: S608  # built from constants alone
# The rows of a batch lie together and are few beside the tables: keys lead to them, whatever the statistics believe.
# Its commit need not wait for the disk: a crash that loses it loses its cursor too, and whoever relies on the cursor
# forces everything before their own commit.
_SETTINGS = """
SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL synchronous_commit = off
"""
_COPIED = (
    "person_id, contest_id, round_id, item_count, used_ms, prediction, submitted_at, territory_id, party_id, "
    "workplace_id"
)
# Where every right item has full marks, points are NULL, and NULL they stay.
# In the order of the originals: a person's first result keeps the lowest id, which is what "first" goes by.
_TAKE_OVER = f"""
WITH taken AS (INSERT INTO results_result (attempt_id, key_version, {_COPIED}, correct_count, is_all_correct, points)
SELECT r.attempt_id, %(target)s, {", ".join(f"r.{name.strip()}" for name in _COPIED.split(","))},
       r.correct_count + coalesce(d.delta, 0),
       r.item_count > 0 AND r.correct_count + coalesce(d.delta, 0) = r.item_count,
       r.points + coalesce(d.points, 0)
FROM results_result AS r
LEFT JOIN unnest(%(attempts)s::bigint[], %(deltas)s::int[], %(points)s::int[]) AS d (attempt_id, delta, points)
  ON d.attempt_id = r.attempt_id
WHERE {_THESE}
ORDER BY r.id
RETURNING id, attempt_id)
SELECT r.id, {COUNTED} FROM taken AS r ORDER BY r.id
"""  # noqa: S608  # built from constants alone


@transaction.atomic
def compute_batch(*, regrade_id: int, now: datetime, limit: int = BATCH) -> float | None:
    """Take the next persons of a free part over, with some `limit` results.

    Return for how many seconds recording of the part was kept waiting; None where nothing is left to do here.
    """
    undone = RegradePart.objects.filter(regrade=regrade_id, cursor_person_id__lt=F("upto_person_id"))
    part = undone.select_for_update(skip_locked=True).order_by("number").first()
    if part is None:
        if not undone.exists():
            _finish(regrade_id, now)
        return None
    regrade = Regrade.objects.get(pk=regrade_id)
    # Nobody is recording now: what these persons have ended is there, and what they end later is written under both.
    hold_part(regrade.contest_id, number=part.number)
    began = time.monotonic()
    # While the pointer is held still nobody gives the set up; until it was, somebody may have.
    regrade.refresh_from_db(fields=["state"])
    if regrade.state != RegradeState.COMPUTING:
        return None
    values = {
        "contest": regrade.contest_id,
        "base": regrade.base_key_version,
        "target": regrade.target_key_version,
        "after": part.cursor_person_id,
        "end": part.upto_person_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute(_CUT, values)
        values["upto"] = cursor.fetchone()[0]
        if values["upto"] is None:
            part.cursor_person_id = part.upto_person_id
            part.save(update_fields=["cursor_person_id"])
            return time.monotonic() - began
        deltas = add_essays(_deltas(regrade, values), regrade, after=values["after"], upto=values["upto"])
        changes = {
            "attempts": list(deltas),
            "deltas": [correct for correct, _ in deltas.values()],
            "points": [points for _, points in deltas.values()],
        }
        cursor.execute(_TAKE_OVER, {**values, **changes})
        taken = cursor.fetchall()
    # Voided attempts are taken over, so that they can be reinstated, and counted nowhere.
    counted = tuple(result_id for result_id, is_counted in taken if is_counted)
    events.publish(ResultsRecorded(counted, frozenset({regrade.contest_id}), is_aside=True))
    part.cursor_person_id = values["upto"]
    part.done_count += len(taken)
    part.save(update_fields=["cursor_person_id", "done_count"])
    failpoints.hit("mid_regrade")
    return time.monotonic() - began


def _finish(regrade_id: int, now: datetime) -> None:
    """All parts are done: their stretches together are everybody, which is what the next state means."""
    regrade = lock_regrade(regrade_id)
    if regrade.state == RegradeState.COMPUTING and regrade.parts.exists():
        move(regrade, Move.FINISH, actor=None, now=now, computed_at=now)


def _deltas(regrade: Regrade, values: dict[str, int]) -> dict[int, tuple[int, int]]:
    """Return, by attempt whose worth changes, by how many right answers and points."""
    changed = RegradeChange.objects.filter(regrade=regrade, version__isnull=False)
    versions = list(changed.values_list("version_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {**values, "versions": versions, "holding": [f"[[{pk}]]" for pk in versions]})
        rows = cursor.fetchall()
    places = {place for _, place in rows}
    old, new = (
        judge_places(places, contest_id=regrade.contest_id, key_version=number)
        for number in (regrade.base_key_version, regrade.target_key_version)
    )
    changes = {
        place: (new[place].correct - old[place].correct, new[place].points - old[place].points) for place in places
    }
    deltas: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for attempt_id, place in rows:
        if any(changes[place]):
            correct, points = deltas[attempt_id]
            deltas[attempt_id] = (correct + changes[place][0], points + changes[place][1])
    return dict(deltas)
