"""Count large live boards rung by rung: note what moves lines, fold it, and prove ladders from the lines."""

from collections.abc import Sequence

from django.db import connection, transaction

from backend.infra import outbox
from backend.infra.reading import one_snapshot
from backend.standings.enums import PlacesState
from backend.standings.ladders import rung_of
from backend.standings.models import Edition, Ladder
from backend.standings.services.places import are_places_wrong

TIMEOUT_S = 55
BATCH = 20_000
FOLD_LOCK = "standings.rungs"

RUNG = "ladder_id, lead, step"
LIVE = "standings_standing AS s ON s.round_id = l.round_id AND s.key_version = l.key_version AND l.edition_id IS NULL"
KEPT = "standings_editionline AS s ON s.edition_id = l.edition_id"


def lines_by_rung(which: str, of: str) -> str:
    """Return the query that counts, rung by rung, the lines of the ladders that meet a condition of our own."""
    return f"""
    SELECT l.id AS ladder_id, rung.lead, rung.step, count(*) AS line_count
    FROM standings_ladder AS l JOIN {of}
    CROSS JOIN LATERAL (SELECT {rung_of("s", ladder="l")}) AS rung (lead, step)
    WHERE {which} GROUP BY 1, 2, 3
    """  # noqa: S608  # built from constants alone


def noted(writing: str) -> str:
    """Return a statement that writes lines and notes, for boards with a ladder, which rungs they leave and reach.

    Places stored of such a board are no longer those of its lines.
    """
    return f"""
    WITH written AS (
        {writing}
        RETURNING new.round_id, new.key_version, new.correct_count AS new_count, new.submitted_at AS new_at,
                  old.correct_count AS old_count, old.submitted_at AS old_at
    ), moved AS (
        UPDATE standings_ladder AS l SET places = '{PlacesState.NONE}'
        WHERE l.edition_id IS NULL AND l.places <> '{PlacesState.NONE}'
          AND (l.round_id, l.key_version) IN (SELECT round_id, key_version FROM written)
    )
    INSERT INTO standings_rungchange ({RUNG}, line_count)
    SELECT l.id, rung.lead, rung.step, sum(side.line_count)
    FROM written AS w
    JOIN standings_ladder AS l
      ON l.round_id = w.round_id AND l.key_version = w.key_version AND l.edition_id IS NULL
    CROSS JOIN LATERAL (VALUES (w.new_count, w.new_at, 1), (w.old_count, w.old_at, -1))
          AS side (correct_count, submitted_at, line_count)
    CROSS JOIN LATERAL (SELECT {rung_of("side", ladder="l")}) AS rung (lead, step)
    WHERE side.correct_count IS NOT NULL
    GROUP BY 1, 2, 3 HAVING sum(side.line_count) <> 0
    """  # noqa: S608  # built from constants alone


def drop_ladders(*, round_ids: Sequence[int]) -> None:
    """Forget the ladders of live boards whose lines are written anew in this transaction. Rungs are swept later."""
    Ladder.objects.filter(round__in=set(round_ids), edition=None)._raw_delete(using="default")


def drop_ladder_of_edition(edition: Edition) -> None:
    """Forget the ladder of an edition whose lines are deleted."""
    Ladder.objects.filter(edition=edition)._raw_delete(using="default")


_FOLD = f"""
WITH taken AS (
    DELETE FROM standings_rungchange WHERE id = ANY (ARRAY(
        SELECT c.id FROM standings_rungchange AS c JOIN standings_ladder AS l ON l.id = c.ladder_id AND l.is_ready
        ORDER BY c.id LIMIT %s
    )) RETURNING *
), folded AS (
    INSERT INTO standings_rung AS r ({RUNG}, line_count)
    SELECT {RUNG}, sum(line_count) FROM taken GROUP BY 1, 2, 3
    ON CONFLICT ({RUNG}) DO UPDATE SET line_count = r.line_count + excluded.line_count
)
SELECT count(*) FROM taken
"""  # noqa: S608  # built from constants alone


@transaction.atomic
def fold_rungs(*, limit: int = BATCH) -> int:
    """Fold noted changes into their rungs, once; return how many. A second folder finds the lock taken."""
    if not outbox.try_lock(FOLD_LOCK):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [limit])
        return int(cursor.fetchone()[0])


_WRONG = f"""
SELECT DISTINCT ladder_id FROM (
    SELECT {RUNG}, r.line_count FROM standings_rung AS r JOIN standings_ladder AS l ON l.id = ladder_id AND l.is_ready
    UNION ALL
    SELECT {RUNG}, c.line_count FROM standings_rungchange AS c JOIN standings_ladder AS l
        ON l.id = ladder_id AND l.is_ready
    UNION ALL SELECT {RUNG}, -line_count FROM ({lines_by_rung("l.is_ready", LIVE)}) AS live
    UNION ALL SELECT {RUNG}, -line_count FROM ({lines_by_rung("l.is_ready", KEPT)}) AS kept
) AS sides GROUP BY {RUNG} HAVING sum(line_count) <> 0
"""  # noqa: S608  # built from constants alone


def check_ladders(*, apply: bool) -> int:
    """Compare every ladder with the lines; where `apply`, drop the wrong ones. Return how many are wrong."""
    # One snapshot: lines that are written meanwhile are no fault of what was stored before them.
    with one_snapshot(timeout_s=TIMEOUT_S), connection.cursor() as cursor:
        cursor.execute(_WRONG)
        wrong = {row[0] for row in cursor.fetchall()}
        wrong |= {ladder.pk for ladder in Ladder.objects.filter(places=PlacesState.READY) if are_places_wrong(ladder)}
    if apply:
        Ladder.objects.filter(pk__in=wrong)._raw_delete(using="default")
    return len(wrong)
