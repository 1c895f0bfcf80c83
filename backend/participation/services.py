"""Write who took part and what that adds, and fold it into the counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from backend.infra import failpoints, outbox
from backend.infra.arrays import array_text
from backend.participation.folding import COLUMNS, fold

DRAIN_LOCK = "participation.drain"
BATCH = 5000

# Sorted inserts: two batches that share persons then wait for each other instead of deadlocking.
_PARTICIPANTS = """
    INSERT INTO {table} ({scope}, key_version, person_id, first_result_id, is_all_correct,
                         territory_id, party_id, workplace_id)
    SELECT DISTINCT ON ({scope}, key_version, person_id)
           {scope}, key_version, person_id, id, false, territory_id, party_id, workplace_id
    FROM fact ORDER BY {scope}, key_version, person_id, id
    {on_conflict}
    RETURNING first_result_id
"""
_OR_NOTHING = "ON CONFLICT ({scope}, key_version, person_id) DO NOTHING"


def _new_participants(table: str, scope: str, on_conflict: str) -> str:
    return _PARTICIPANTS.format(table=table, scope=scope, on_conflict=on_conflict.format(scope=scope))


def _entries(on_conflict: str) -> str:
    """Return the statement that notes who is new, and what all results add. Without a conflict clause all are new."""
    return f"""
WITH fact AS (SELECT * FROM results_result WHERE id = ANY(%(ids)s::bigint[])),
     new_in_round AS ({_new_participants("participation_participant", "round_id", on_conflict)}),
     new_in_contest AS ({_new_participants("participation_contestparticipant", "contest_id", on_conflict)})
INSERT INTO participation_statevent (contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour,
                                     entries, people, contest_people)
SELECT fact.contest_id, fact.round_id, fact.key_version, fact.territory_id, fact.party_id, fact.workplace_id,
       date_trunc('hour', fact.submitted_at, 'UTC') AS hour,
       count(*), count(r.first_result_id), count(c.first_result_id)
FROM fact
LEFT JOIN new_in_round AS r ON r.first_result_id = fact.id
LEFT JOIN new_in_contest AS c ON c.first_result_id = fact.id
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  # built from constants alone


_ENTRIES, _ENTRIES_OF_NEW = _entries(_OR_NOTHING), _entries("")

_FLIPS = """
    UPDATE {table} AS p SET is_all_correct = true
    FROM (SELECT DISTINCT ON ({scope}, key_version, person_id)
                 {scope}, key_version, person_id, contest_id AS in_contest, round_id AS in_round, submitted_at
          FROM fact ORDER BY {scope}, key_version, person_id, id) AS first
    WHERE p.{scope} = first.{scope} AND p.key_version = first.key_version AND p.person_id = first.person_id
      AND NOT p.is_all_correct
    RETURNING first.in_contest, first.in_round, p.key_version, p.territory_id, p.party_id, p.workplace_id,
              date_trunc('hour', first.submitted_at, 'UTC') AS hour
"""
_ALL_CORRECT = f"""
WITH fact AS (SELECT * FROM results_result WHERE id = ANY(%(ids)s::bigint[]) AND is_all_correct),
     in_round AS ({_FLIPS.format(table="participation_participant", scope="round_id")}),
     in_contest AS ({_FLIPS.format(table="participation_contestparticipant", scope="contest_id")})
INSERT INTO participation_statevent (contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour,
                                     all_correct, contest_all_correct)
SELECT in_contest, in_round, key_version, territory_id, party_id, workplace_id, hour, sum(here), sum(anywhere)
FROM (SELECT *, 1 AS here, 0 AS anywhere FROM in_round UNION ALL SELECT *, 0, 1 FROM in_contest) AS flip
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  # built from constants alone


# Waiting rows first: a drain that holds some has folded them by the time the counters are deleted.
_FORGET = (
    "DELETE FROM participation_statevent WHERE contest_id = %(contest)s AND key_version = %(key_version)s",
    "DELETE FROM participation_counter WHERE contest_id = %(contest)s AND key_version = %(key_version)s",
)
_FORGET_PERSONS = (
    "DELETE FROM participation_contestparticipant "
    "WHERE contest_id = %(contest)s AND key_version = %(key_version)s AND person_id <= %(upto)s",
    "DELETE FROM participation_participant WHERE key_version = %(key_version)s AND person_id <= %(upto)s "
    "AND round_id IN (SELECT id FROM contests_round WHERE contest_id = %(contest)s)",
)


@transaction.atomic
def forget_participation(*, contest_id: int, key_version: int, upto_person: int) -> None:
    """Delete persons, up to an id, and all counts of a version that was never in force."""
    values = {"contest": contest_id, "key_version": key_version, "upto": upto_person}
    with connection.cursor() as cursor:
        for statement in (*_FORGET_PERSONS, *_FORGET):
            cursor.execute(statement, values)


@transaction.atomic
def record_participation(*, result_ids: Sequence[int], are_new: bool = False) -> None:
    """Note who took part and what it adds, for results written in this very transaction.

    `are_new` tells that these persons are not noted yet. Raises IntegrityError where one is.
    """
    values = {"ids": array_text(result_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES_OF_NEW if are_new else _ENTRIES, values)
        # A second statement: the first one's rows are not yet visible to itself.
        cursor.execute(_ALL_CORRECT, values)


_DRAIN = f"""
WITH taken AS (
    -- An array, not IN: a planner without statistics may run the inner query once for each outer row.
    DELETE FROM participation_statevent WHERE id = ANY (ARRAY(
        SELECT id FROM participation_statevent ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    )) RETURNING *
), folded AS (
    INSERT INTO participation_counter AS c ({COLUMNS})
    {fold("taken")}
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (contest_id, round_id, key_version, facet, unit_id, hour) DO UPDATE
    SET entries = c.entries + excluded.entries, people = c.people + excluded.people,
        all_correct = c.all_correct + excluded.all_correct
)
SELECT round_id, array_remove(array_agg(DISTINCT territory_id) || array_agg(DISTINCT workplace_id), NULL), count(*)
FROM taken GROUP BY round_id
"""  # noqa: S608  # built from constants alone


@dataclass(slots=True)
class Drained:
    """How many rows were folded, and which units of which rounds they touched."""

    row_count: int = 0
    units_by_round: dict[int, set[int]] = field(default_factory=dict)

    def add(self, other: "Drained") -> None:
        """Take another batch in."""
        self.row_count += other.row_count
        for round_id, units in other.units_by_round.items():
            self.units_by_round.setdefault(round_id, set()).update(units)


def drain(*, limit: int = BATCH) -> Drained:
    """Fold up to `limit` waiting rows into the counts, once, in one transaction.

    A crash undoes the whole; a second drainer finds the lock taken or nothing left. Order does not matter.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not outbox.try_lock(DRAIN_LOCK):
            return Drained()
        cursor.execute(_DRAIN, [limit])
        rows = cursor.fetchall()
        if rows:
            failpoints.hit("mid_drain")
    if rows:
        failpoints.hit("after_drain")
    return Drained(sum(row[2] for row in rows), {row[0]: set(row[1] or ()) for row in rows})


def drain_all(*, max_batches: int = 20) -> Drained:
    """Drain until a batch comes back short, or `max_batches` are done: a task stays far below its time limit."""
    total = Drained()
    for _ in range(max_batches):
        batch = drain()
        total.add(batch)
        if batch.row_count < BATCH:
            break
    return total
