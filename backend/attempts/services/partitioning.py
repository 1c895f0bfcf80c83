"""Give each round its own partition of the answers. Without one they land in the default partition: nothing fails."""

from collections.abc import Iterable

from django.db import connection, transaction

from backend.attempts.models import Answer
from backend.contests.models import Round

PARENT = Answer._meta.db_table
DEFAULT = f"{PARENT}_default"

# An answer is changed in place a few times and never deleted: room on the page keeps a change off the index, and dead
# versions are swept long before a fifth of a million-row table is dead (reliability: HOT-friendly columns).
_STORAGE = (
    "fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,"
    " autovacuum_analyze_scale_factor = 0.02"
)
# Whoever ends an attempt locks it first and reads answers then: the same order here, so that nobody waits in a circle.
# Writers pause until the commit; readers of rounds that have their partition do not.
_LOCK = f"LOCK TABLE attempts_attempt, ONLY {PARENT} IN SHARE ROW EXCLUSIVE MODE"
_COLUMNS = "round_id, attempt_id, item, seq, choice, text, received_at"
_ATTACH = f"""
CREATE TABLE {{partition}} (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES) WITH ({_STORAGE});
LOCK TABLE {DEFAULT} IN ACCESS EXCLUSIVE MODE;
WITH strays AS (DELETE FROM {DEFAULT} WHERE round_id = {{round_id}} RETURNING {_COLUMNS})
INSERT INTO {{partition}} ({_COLUMNS}) SELECT {_COLUMNS} FROM strays;
ALTER TABLE {PARENT} ATTACH PARTITION {{partition}} FOR VALUES IN ({{round_id}});
"""  # noqa: S608  # built from constants and integers


def partition_of(round_id: int) -> str:
    """Return the name of a round's partition."""
    return f"{PARENT}_r{int(round_id)}"


def list_unpartitioned() -> list[int]:
    """Return the ids of the rounds that have no partition yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [PARENT])
        made = {name for (name,) in cursor.fetchall()}
    ids = Round.objects.order_by("pk").values_list("pk", flat=True)
    return [round_id for round_id in ids if partition_of(round_id) not in made]


@transaction.atomic
def ensure_partitions(*, round_ids: Iterable[int]) -> list[int]:
    """Make the partitions that are missing, and return whose. Answers that came before are taken along.

    Everybody who writes an answer or ends an attempt waits for the caller's commit: a few milliseconds for new rounds.
    """
    wanted = set(round_ids)
    made: list[int] = []
    with connection.cursor() as cursor:
        for round_id in sorted(wanted & set(list_unpartitioned())):
            cursor.execute(_LOCK)
            cursor.execute(_ATTACH.format(partition=partition_of(round_id), round_id=int(round_id)))
            made.append(round_id)
    return made


def make_missing_partitions() -> int:
    """Give all rounds that have none their partition, one transaction a round; return how many were made."""
    made = 0
    for round_id in list_unpartitioned():
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Moving a million answers takes longer than any other statement may.
                cursor.execute("SET LOCAL statement_timeout = 0")
            made += len(ensure_partitions(round_ids=[round_id]))
    return made
