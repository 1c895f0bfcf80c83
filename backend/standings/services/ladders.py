"""Count large live boards rung by rung: note what moves lines, fold it, build ladders, and prove them from the lines.

A ladder is built beside people who submit, and nobody waits for it. It is announced first. Once every transaction is
over that may not have seen it, whoever changes a line notes the change; then the lines are counted, less
the changes of the same snapshot.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from backend.contests.models import Round
from backend.infra import outbox
from backend.participation.queries import Scope, totals_for_rounds
from backend.standings.enums import PlacesState
from backend.standings.ladders import rung_of
from backend.standings.models import Edition, Ladder
from backend.standings.queries import count_board, is_final
from backend.standings.services.announcing import is_known_to_all
from backend.standings.services.places import are_places_wrong, place_lines, sweep_ladders

# Below this many lines counting them takes two milliseconds.
FROM_LINES = 20_000
STEPS = 512  # so many steps over the time in which the lines were handed in
TIMEOUT_S = 55
BATCH = 20_000
FOLD_LOCK = "standings.rungs"

_RUNG = "ladder_id, lead, step"
_LIVE = "standings_standing AS s ON s.round_id = l.round_id AND s.key_version = l.key_version AND l.edition_id IS NULL"
_KEPT = "standings_editionline AS s ON s.edition_id = l.edition_id"


def _lines(which: str, of: str) -> str:
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
    INSERT INTO standings_rungchange ({_RUNG}, line_count)
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
    INSERT INTO standings_rung AS r ({_RUNG}, line_count)
    SELECT {_RUNG}, sum(line_count) FROM taken GROUP BY 1, 2, 3
    ON CONFLICT ({_RUNG}) DO UPDATE SET line_count = r.line_count + excluded.line_count
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


def build_ladders(*, now: datetime, from_lines: int = FROM_LINES) -> int:
    """Build the ladders of large boards: live ones under the keys in force, and editions. Return how many.

    Where lines have doubled they are built anew. Places are stored of boards that stand still.
    """
    sweep_ladders()
    rounds = list(Round.objects.filter(opens_at__lte=now).select_related("contest").order_by("pk"))
    people = {pk: totals.people for pk, totals in totals_for_rounds([one.pk for one in rounds], now=now).items()}
    boards: list[tuple[Round, int, Edition | None, int]] = [
        (one, one.contest.key_version, None, people[one.pk]) for one in rounds
    ]
    kept = Edition.objects.filter(ready_at__isnull=False, lifted_at=None).select_related("round__contest")
    boards += [(one.round, one.key_version, one, count_kept(one)) for one in kept.order_by("pk")]
    ladders = {(one.round_id, one.key_version, one.edition_id): one for one in Ladder.objects.all()}
    built = 0
    for one, key_version, edition, line_count in boards:
        if line_count < from_lines:
            continue
        ladder = ladders.get((one.pk, key_version, edition.pk if edition else None))
        if ladder is None or not ladder.is_ready or line_count >= 2 * ladder.line_count:
            built += _build(one, key_version, edition, line_count=line_count)
        elif ladder.places != PlacesState.READY and (edition.is_final if edition else is_final(one, now=now)):
            place_lines(ladder, one, edition)
    return built


def count_kept(edition: Edition) -> int:
    """Return how many lines an edition has."""
    return count_board(Scope(edition.round.contest_id, edition.round_id, edition.key_version), edition=edition).people


def _build(one: Round, key_version: int, edition: Edition | None, *, line_count: int) -> bool:
    try:
        ladder_id = _announce(one, key_version, edition, line_count)
    except IntegrityError:
        return False  # another worker is at it
    # Lines of an edition never change: nothing has to be noted, and so nobody waited for.
    return (edition is not None or is_known_to_all()) and _count(ladder_id, of=_KEPT if edition else _LIVE)


_SPAN = """
SELECT coalesce(extract(epoch FROM max(submitted_at) - min(submitted_at)) * 1000000, 0)::bigint
FROM standings_standing WHERE round_id = %s AND key_version = %s
"""


@transaction.atomic
def _announce(one: Round, key_version: int, edition: Edition | None, line_count: int) -> int:
    """Say that changes are to be noted from now on; a ladder of the board that stood before is gone with it."""
    if edition is None:
        drop_ladders(round_ids=[one.pk])
    else:
        drop_ladder_of_edition(edition)
    with connection.cursor() as cursor:
        # An edition's lines are some of the live ones, or were: the steps need not fit exactly.
        cursor.execute(_SPAN, [one.pk, key_version])
        span = cursor.fetchone()[0]
    ladder = Ladder.objects.create(
        round=one, key_version=key_version, edition=edition, width=max(1, span // STEPS), line_count=line_count
    )
    return ladder.pk


# One statement, one snapshot: whatever moved a line in it has noted so in it.
_COUNT = {
    of: f"""
    INSERT INTO standings_rung ({_RUNG}, line_count)
    SELECT {_RUNG}, sum(line_count) FROM (
        {_lines("l.id = %(ladder)s", of)}
        UNION ALL SELECT {_RUNG}, -line_count FROM standings_rungchange WHERE ladder_id = %(ladder)s
    ) AS counted GROUP BY 1, 2, 3
    """  # noqa: S608  # built from constants alone
    for of in (_LIVE, _KEPT)
}


@transaction.atomic
def _count(ladder_id: int, *, of: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute(_COUNT[of], {"ladder": ladder_id})
    # Dropped meanwhile: lines were written anew, and nobody noted it.
    return bool(Ladder.objects.filter(pk=ladder_id).update(is_ready=True))


_WRONG = f"""
SELECT DISTINCT ladder_id FROM (
    SELECT {_RUNG}, r.line_count FROM standings_rung AS r JOIN standings_ladder AS l ON l.id = ladder_id AND l.is_ready
    UNION ALL
    SELECT {_RUNG}, c.line_count FROM standings_rungchange AS c JOIN standings_ladder AS l
        ON l.id = ladder_id AND l.is_ready
    UNION ALL SELECT {_RUNG}, -line_count FROM ({_lines("l.is_ready", _LIVE)}) AS live
    UNION ALL SELECT {_RUNG}, -line_count FROM ({_lines("l.is_ready", _KEPT)}) AS kept
) AS sides GROUP BY {_RUNG} HAVING sum(line_count) <> 0
"""  # noqa: S608  # built from constants alone


@transaction.atomic
def check_ladders(*, apply: bool) -> int:
    """Compare every ladder with the lines; where `apply`, drop the wrong ones. Return how many are wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute(_WRONG)
        wrong = {row[0] for row in cursor.fetchall()}
    wrong |= {ladder.pk for ladder in Ladder.objects.filter(places=PlacesState.READY) if are_places_wrong(ladder)}
    if apply:
        Ladder.objects.filter(pk__in=wrong)._raw_delete(using="default")
    return len(wrong)
