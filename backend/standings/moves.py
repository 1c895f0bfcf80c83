"""Compare two rankings of the same round: who rises and falls, whose prizes change hands. Reads; decides nothing."""

from typing import Any

from django.db import connection

from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.rules.prizes import PrizeTable
from backend.core.text import mask_name
from backend.participation.queries import Scope, count_all
from backend.standings.awards import stake_shape
from backend.standings.ordering import Board
from backend.standings.queries import board_of

SHOWN = 20
PRIZES_SHOWN = 200

_RANKED = """
SELECT s.person_id, s.correct_count, s.points, rank() OVER (ORDER BY {keys}) AS rank
FROM standings_standing AS s WHERE {where}
"""
# The prizes that a place and the last place tied with it fall to, as `PrizeTable.index_at`, from 1; a test holds them
# together. Who is not on the board, or stands behind the prizes, has none.
_STAKE = "coalesce(width_bucket({place}, %(firsts)s::bigint[]), cardinality(%(firsts)s::bigint[]))"
_BEFORE = f"({_STAKE.format(place='old_rank')}, {_STAKE.format(place='old_last')})"
_AFTER = f"({_STAKE.format(place='new_rank')}, {_STAKE.format(place='new_last')})"
# Materialized: each ranking is sorted once, whatever is asked of it. However many are tied, few lines are named.
_BOTH = f"""
WITH old AS ({{old}}), new AS ({{new}}),
both_sides AS MATERIALIZED (
    SELECT person_id, old.rank AS old_rank, new.rank AS new_rank,
           old.correct_count AS old_count, new.correct_count AS new_count,
           old.points AS old_points, new.points AS new_points,
           old.correct_count <> new.correct_count OR old.points <> new.points AS is_rescored
    FROM old FULL JOIN new USING (person_id)
),
old_ties AS (
    SELECT old_rank, old_rank + count(*) - 1 AS old_last FROM both_sides WHERE old_rank <= %(places)s GROUP BY 1
),
new_ties AS (
    SELECT new_rank, new_rank + count(*) - 1 AS new_last FROM both_sides WHERE new_rank <= %(places)s GROUP BY 1
),
handed_on AS MATERIALIZED (
    SELECT person_id, old_rank, new_rank, old_count, new_count, old_points, new_points
    FROM both_sides LEFT JOIN old_ties USING (old_rank) LEFT JOIN new_ties USING (new_rank)
    WHERE least(old_rank, new_rank) <= %(places)s AND {_BEFORE} <> {_AFTER}
),
picked AS (
    (SELECT 'move' AS kind, person_id, old_rank, new_rank, old_count, new_count, old_points, new_points FROM both_sides
     WHERE old_rank <> new_rank ORDER BY abs(old_rank - new_rank) DESC, new_rank, person_id LIMIT %(shown)s)
    UNION ALL
    (SELECT 'prize', person_id, old_rank, new_rank, old_count, new_count, old_points, new_points FROM handed_on
     ORDER BY new_rank, old_rank, person_id LIMIT %(prizes_shown)s)
)
SELECT 'all', count(*), count(*) FILTER (WHERE new_rank < old_rank), count(*) FILTER (WHERE new_rank > old_rank),
       count(*) FILTER (WHERE is_rescored), (SELECT count(*) FROM handed_on), NULL, NULL, NULL, NULL, NULL, NULL
FROM both_sides
UNION ALL
SELECT kind, picked.person_id, old_rank, new_rank, old_last, new_last, old_count, new_count, old_points, new_points,
       p.display_name, u.name
FROM picked LEFT JOIN old_ties USING (old_rank) LEFT JOIN new_ties USING (new_rank)
LEFT JOIN accounts_profile AS p USING (person_id)
LEFT JOIN standings_standing AS s ON s.person_id = picked.person_id AND s.round_id = %(new_round)s
                                 AND s.key_version = %(new_key_version)s
LEFT JOIN units_unit AS u ON u.id = s.territory_id
"""  # noqa: S608  # built from constants alone
_Row = tuple[Any, ...]


def compare_round(one: Round, *, base: int, target: int, final: bool) -> dict[str, Any]:
    """Return what changes in a round from one version of the keys to the other, in the caller's snapshot.

    Prizes are those of the rulebook and no others. `prize_moves` counts the people of whom the first are in `prizes`.
    """
    prizes = PrizeTable.of(rulebook_of(one.contest).prizes)
    old, new = (board_of(one, final=final, key_version=number) for number in (base, target))
    with connection.cursor() as cursor:
        cursor.execute(
            _BOTH.format(old=_ranked(old), new=_ranked(new).replace("%(", "%(new_")),
            {
                **old.params,
                **{f"new_{name}": value for name, value in new.params.items()},
                "shown": SHOWN,
                "prizes_shown": PRIZES_SHOWN,
                "places": prizes.last_place,
                "firsts": list(prizes.firsts),
            },
        )
        rows = cursor.fetchall()
    total = next(row for row in rows if row[0] == "all")
    before, after = (count_all(Scope(one.contest_id, one.pk, number)).all_correct for number in (base, target))
    return {
        "round": one.uuid,
        "number": one.number,
        "title": one.title,
        "final": final,
        "people": total[1],
        "risen": total[2],
        "fallen": total[3],
        "rescored": total[4],
        "all_correct": {"before": before, "after": after},
        "moves": _lines(rows, "move", prizes),
        "prizes": _lines(rows, "prize", prizes),
        "prize_moves": total[5],
    }


def _ranked(board: Board) -> str:
    return _RANKED.format(keys=board.keys, where=board.where)


def _lines(rows: list[_Row], kind: str, prizes: PrizeTable) -> list[dict[str, Any]]:
    """Return the lines of a kind in the order they were picked in, which a join does not keep."""
    own = [row for row in rows if row[0] == kind]
    orders = {"move": _by_distance, "prize": _by_place}
    return [_line(row, prizes) for row in sorted(own, key=orders[kind])]


def _by_distance(row: _Row) -> _Row:
    return -abs(row[2] - row[3]), row[3], row[1]


def _by_place(row: _Row) -> _Row:
    last = float("inf")
    return row[3] or last, row[2] or last, row[1]


def _line(row: _Row, prizes: PrizeTable) -> dict[str, Any]:
    _, _, old_rank, new_rank, old_last, new_last, old_count, new_count, old_points, new_points, name, unit_name = row
    return {
        "name": mask_name(name or ""),
        "unit_name": unit_name or "",
        "rank_before": old_rank,
        "rank_after": new_rank,
        "correct_before": old_count,
        "correct_after": new_count,
        "points_before": old_points,
        "points_after": new_points,
        # Behind the prizes nobody has asked how far a rank is tied.
        "prize_before": stake_shape(prizes, range(old_rank, old_last + 1)) if old_last else None,
        "prize_after": stake_shape(prizes, range(new_rank, new_last + 1)) if new_last else None,
    }
