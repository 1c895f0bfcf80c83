"""Who did what to a contest's results and boards, when and why: three audits read as one, newest first.

Why somebody's attempts were voided is about that person: once they are erased it is shown to nobody.
"""

from datetime import datetime
from typing import Any

from django.core import signing
from django.db import connection

from backend.contests.models import Contest
from backend.standings.errors import CursorRefused

_SALT = "standings.audit"
_STEPS = """
SELECT step.*, p.display_name FROM (
    SELECT s.at, 'regrade' AS kind, s.id, s.move, s.actor_id, s.reason, g.uuid AS subject, NULL::int AS round_number,
           NOT EXISTS (
               SELECT FROM results_regradechange AS c WHERE c.regrade_id = g.id AND c.version_id IS NOT NULL
           ) AS is_marks
    FROM results_regradestep AS s JOIN results_regrade AS g ON g.id = s.regrade_id WHERE g.contest_id = %(contest)s
    UNION ALL
    SELECT s.at, 'voiding', s.id, s.move, s.actor_id, CASE WHEN e.erased_at IS NULL THEN s.reason ELSE '' END,
           g.uuid, NULL, FALSE
    FROM results_voidingstep AS s JOIN results_voiding AS g ON g.id = s.voiding_id
    JOIN accounts_person AS e ON e.id = g.person_id WHERE g.contest_id = %(contest)s
    UNION ALL
    SELECT s.at, 'board', s.id, s.move, s.actor_id, CASE WHEN EXISTS (
        -- A correction of a board says why: where a voiding was the cause, it is the same instant and the same words.
        SELECT FROM results_voiding AS g JOIN accounts_person AS e ON e.id = g.person_id
         WHERE g.contest_id = o.contest_id AND e.erased_at IS NOT NULL AND s.at IN (g.voided_at, g.lifted_at)
           AND s.reason = g.reason) THEN '' ELSE s.reason END, o.uuid, o.number, FALSE
    FROM standings_boardstep AS s JOIN contests_round AS o ON o.id = s.round_id WHERE o.contest_id = %(contest)s
) AS step
LEFT JOIN accounts_profile AS p ON p.person_id = step.actor_id
WHERE %(at)s::timestamptz IS NULL OR (step.at, step.kind, step.id) < (%(at)s, %(kind)s, %(id)s)
ORDER BY step.at DESC, step.kind DESC, step.id DESC LIMIT %(limit)s
"""


def read_audit(contest: Contest, *, after: str | None, limit: int) -> dict[str, Any]:
    """Return a page of what was done, newest first. Raises CursorRefused."""
    at, kind, pk = _read_cursor(contest, after) if after else (None, None, None)
    values = {"contest": contest.pk, "at": at, "kind": kind, "id": pk, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, values)
        rows = cursor.fetchall()
    shown = rows[:limit]
    return {
        "results": [
            {
                "at": row[0],
                "kind": row[1],
                "move": row[3],
                "actor": row[9],
                "reason": row[5],
                "subject": row[6],
                "round_number": row[7],
                "is_marks": row[8],
            }
            for row in shown
        ],
        "next": _write_cursor(contest, shown[-1]) if len(rows) > limit else None,
    }


def _write_cursor(contest: Contest, row: tuple[Any, ...]) -> str:
    return signing.dumps([contest.pk, row[0].isoformat(), row[1], row[2]], salt=_SALT, compress=True)


def _read_cursor(contest: Contest, text: str) -> tuple[datetime, str, int]:
    try:
        contest_id, at, kind, pk = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise CursorRefused from error
    if contest_id != contest.pk:
        raise CursorRefused
    return datetime.fromisoformat(at), kind, pk
