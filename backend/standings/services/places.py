"""Store where each line of a board that stands still stands: then a rank is looked up, whatever the chain.

Who writes a line of the board takes the state back to none, in the transaction that writes it. So places that are
ready in a snapshot are those of the lines in it.
"""

from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from backend.contests.models import Round
from backend.standings.enums import PlacesState
from backend.standings.models import Edition, Ladder
from backend.standings.ordering import Board
from backend.standings.queries import board_of
from backend.standings.services.announcing import is_known_to_all

TIMEOUT_S = 55
# A million take a quarter of a minute; with more the statement could outlast its timeout. Ranks of more are counted.
MOST_LINES = 3_000_000

_PLACE = "attempt_id, rank, tied_count, position"
_PLACED = """
SELECT s.attempt_id, rank() OVER by_keys AS rank, count(*) OVER (PARTITION BY {keys}) AS tied_count,
       row_number() OVER (ORDER BY {keys}, s.attempt_id) AS position
FROM {table} AS s WHERE {where} WINDOW by_keys AS (ORDER BY {keys})
"""


def place_lines(ladder: Ladder, one: Round, edition: Edition | None) -> bool:
    """Store the places of a final board by the whole chain; return whether they are those of its lines."""
    if ladder.line_count > MOST_LINES:
        return False
    # A state alone would not tell who asked last: a line may have been written between two who did.
    token = uuid4()
    if not Ladder.objects.filter(pk=ladder.pk).update(places=PlacesState.ASKED, token=token):
        return False  # dropped
    if edition is None and not is_known_to_all():
        return False
    board = board_of(one, final=True, key_version=ladder.key_version, edition=edition)
    try:
        return _store(ladder.pk, board, token)
    except IntegrityError:
        return False  # another one is at it


@transaction.atomic
def _store(ladder_id: int, board: Board, token: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute("DELETE FROM standings_place WHERE ladder_id = %s", [ladder_id])
        cursor.execute(
            f"INSERT INTO standings_place (ladder_id, {_PLACE}) "  # noqa: S608  # our own parts
            f"SELECT %(ladder)s, placed.* FROM ({_placed(board)}) AS placed",
            {**board.params, "ladder": ladder_id},
        )
    is_ready = _mark_ready(ladder_id, board, token)
    if not is_ready:
        transaction.set_rollback(True)  # nobody may read them
    return is_ready


def _mark_ready(ladder_id: int, board: Board, token: UUID) -> bool:
    # Not where a line was written meanwhile, somebody else has asked, or the ladder was dropped.
    asked = Ladder.objects.filter(pk=ladder_id, places=PlacesState.ASKED, token=token)
    return bool(asked.update(places=PlacesState.READY, chain=list(board.names), actual=board.actual))


def are_places_wrong(ladder: Ladder) -> bool:
    """Tell whether stored places differ from those of the lines, in the caller's snapshot."""
    board = Board(
        round_id=ladder.round_id,
        key_version=ladder.key_version,
        chain=tuple(ladder.chain),
        actual=ladder.actual,
        edition_id=ladder.edition_id,
    )
    query = f"""
    SELECT EXISTS (
        SELECT FROM (SELECT {_PLACE} FROM standings_place WHERE ladder_id = %(ladder)s) AS stored
        FULL JOIN ({_placed(board)}) AS placed USING (attempt_id)
        WHERE (stored.rank, stored.tied_count, stored.position)
           IS DISTINCT FROM (placed.rank, placed.tied_count, placed.position)
    )
    """  # noqa: S608  # our own parts
    with connection.cursor() as cursor:
        cursor.execute(query, {**board.params, "ladder": ladder.pk})
        return bool(cursor.fetchone()[0])


def _placed(board: Board) -> str:
    return _PLACED.format(keys=board.keys, table=board.table, where=board.where)


# Ladders are few and their rows many: the ids are found by skipping from one to the next.
_SWEEP = """
WITH RECURSIVE ids (id) AS (
    SELECT min(ladder_id) FROM {table}
    UNION ALL
    SELECT (SELECT min(t.ladder_id) FROM {table} AS t WHERE t.ladder_id > ids.id) FROM ids WHERE id IS NOT NULL
)
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM {table} WHERE ladder_id = (
        SELECT min(ids.id) FROM ids WHERE NOT EXISTS (SELECT 1 FROM standings_ladder AS l WHERE l.id = ids.id)
    ) LIMIT 100000
))
"""


def sweep_ladders() -> None:
    """Delete what is left of ladders that are gone: of each kind some rows of one ladder a call."""
    with connection.cursor() as cursor:
        for table in ("standings_rung", "standings_rungchange", "standings_place"):
            cursor.execute(_SWEEP.format(table=table))
