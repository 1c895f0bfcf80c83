"""Let essays' marks enter with a set of changes, and take them out again where the set is given up."""

from datetime import datetime
from typing import Any

from django.db import connection

from backend.contests.queries import rulebook_in_play
from backend.infra.reading import widen_timeout
from backend.results.essays import STANDING, TIMEOUT_S, standing_values
from backend.results.models import Regrade

# Who gives a mark holds it shared; who decides which marks enter, alone: each mark is in the set or comes after it.
_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended('results.marks:' || %s, 0))"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('results.marks:' || %s, 0))"
# Whose author was erased is handed out no more: the marks there are decide.
_ERASED = """EXISTS (
    SELECT 1 FROM attempts_attempt AS t JOIN accounts_person AS p ON p.id = t.person_id
    WHERE t.id = standing.attempt_id AND p.erased_at IS NOT NULL
)"""
_ENTER = f"""
WITH entering AS (
    UPDATE results_essaymark AS m SET from_key_version = %(target)s
    FROM ({STANDING}) AS standing
    WHERE (standing.waits IS NULL OR {_ERASED}) AND standing.is_new
      AND m.attempt_id = standing.attempt_id AND m.item = standing.item
      AND m.from_key_version IS NULL AND m.replaced_at IS NULL
    RETURNING m.attempt_id, m.item
)
SELECT count(DISTINCT (attempt_id, item)) FROM entering
"""  # noqa: S608  # built from constants alone
# Who has marked again since then meant that mark.
_REPLACE = """
UPDATE results_essaymark AS m SET from_key_version = NULL, replaced_at = %(now)s
WHERE m.contest_id = %(contest)s AND m.from_key_version = %(target)s AND EXISTS (
    SELECT 1 FROM results_essaymark AS later
    WHERE later.attempt_id = m.attempt_id AND later.item = m.item AND later.turn = m.turn
      AND later.from_key_version IS NULL AND later.replaced_at IS NULL
)
"""
_TAKE_OUT = """
UPDATE results_essaymark SET from_key_version = NULL
WHERE contest_id = %(contest)s AND from_key_version = %(target)s
"""


def hold_marks(contest_id: int, *, alone: bool) -> None:
    """Keep the set of a contest's marks still until this transaction ends: against those who decide on it, or `alone`
    against those who give marks, too.

    Taken after rows of persons and of the regrade, and before the contest's pointer: whoever waits here keeps no
    attempt from ending.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE if alone else _SHARED, [str(contest_id)])


def enter_marks(regrade: Regrade) -> int:
    """Let all complete marks of the contest that have not entered yet enter with the set; return of how many essays.

    In the proposing transaction. None where the rules ask for no essay.
    """
    essay = rulebook_in_play(regrade.contest_id).essay
    if essay is None:
        return 0
    hold_marks(regrade.contest_id, alone=True)
    widen_timeout(TIMEOUT_S)
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, {**standing_values(regrade.contest_id, essay), "target": regrade.target_key_version})
        return int(cursor.fetchone()[0])


def take_marks_out(regrade: Regrade, *, now: datetime) -> None:
    """Let the marks of a set that is given up wait again, in the cancelling transaction."""
    if rulebook_in_play(regrade.contest_id).essay is None:
        return
    hold_marks(regrade.contest_id, alone=True)
    widen_timeout(TIMEOUT_S)
    values: dict[str, Any] = {"contest": regrade.contest_id, "target": regrade.target_key_version, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, values)
        cursor.execute(_TAKE_OUT, values)
