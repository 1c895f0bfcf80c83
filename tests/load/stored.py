"""Fill the tables with ended attempts, so that a benchmark can be repeated on more data. Needs Django set up."""

from collections.abc import Sequence

from django.db import connection

from tests.load.frames import ITEMS
from tests.load.seats import Seat

_ATTEMPTS = """
INSERT INTO attempts_attempt (uuid, person_id, contest_id, round_id, number, state, seed, paper, started_at,
                              deadline_at, submitted_at, receipt, territory_id)
SELECT gen_random_uuid(), a.person_id, a.contest_id, a.round_id, n, 'submitted', a.seed, a.paper, a.started_at,
       a.deadline_at, a.started_at, '', a.territory_id
  FROM attempts_attempt a, generate_series(%s, %s) n
 WHERE a.id = ANY(%s)
RETURNING id
"""
_ANSWERS = """
INSERT INTO attempts_answer (round_id, attempt_id, item, seq, choice, received_at)
SELECT %s, a, i, i, ARRAY[1 + i %% 4]::smallint[], now() FROM unnest(%s::bigint[]) a, generate_series(1, %s) i
"""


def fill(seats: Sequence[Seat], *, answers: int) -> int:
    """Add ended attempts of these people in their round until that many answers are stored; return how many are."""
    ids = [one.attempt.pk for one in seats]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM attempts_answer")
        stored: int = cursor.fetchone()[0]
        cursor.execute("SELECT max(number) FROM attempts_attempt WHERE person_id = ANY(%s)", [_people(seats)])
        last: int = cursor.fetchone()[0]
        more = max(0, answers - stored) // (len(seats) * ITEMS)
        for number in range(last + 1, last + 1 + more):
            cursor.execute(_ATTEMPTS, [number, number, ids])
            made = [row[0] for row in cursor.fetchall()]
            cursor.execute(_ANSWERS, [seats[0].attempt.round_id, made, ITEMS])
            stored += len(made) * ITEMS
    return stored


def analyze() -> None:
    """Let the planner know what autovacuum would have told it meanwhile, and start from a written-out table."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE attempts_attempt")
        cursor.execute("ANALYZE attempts_answer")
        cursor.execute("CHECKPOINT")


def _people(seats: Sequence[Seat]) -> list[int]:
    return [one.attempt.person_id for one in seats]
