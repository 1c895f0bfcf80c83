"""Compare two rankings of the same round: who rises and falls, whose prizes change hands. Reads; decides nothing."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection

from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.rules.prizes import TO_PERSON
from backend.core.text import mask_name
from backend.participation.queries import Scope, count_all
from backend.standings.ordering import Board
from backend.standings.queries import board_of

SHOWN = 20
# What contests usually give where the rulebook names no prizes.
USUAL_PRIZES = (("Giải nhất", 1), ("Giải nhì", 2), ("Giải ba", 5), ("Giải khuyến khích", 8))

_RANKED = """
SELECT s.person_id, s.correct_count, s.points, rank() OVER (ORDER BY {keys}) AS rank
FROM standings_standing AS s WHERE {where}
"""
# Materialized: each ranking is sorted once, whatever is asked of it.
_BOTH = """
WITH old AS ({old}), new AS ({new}),
both_sides AS MATERIALIZED (
    SELECT person_id, old.rank AS old_rank, new.rank AS new_rank,
           old.correct_count AS old_count, new.correct_count AS new_count,
           old.correct_count <> new.correct_count OR old.points <> new.points AS is_rescored
    FROM old FULL JOIN new USING (person_id)
)
SELECT count(*), count(*) FILTER (WHERE new_rank < old_rank), count(*) FILTER (WHERE new_rank > old_rank),
       count(*) FILTER (WHERE is_rescored), NULL::bigint, NULL::text, NULL::text,
       NULL::int, NULL::int, NULL::text
FROM both_sides
UNION ALL
SELECT * FROM (
    SELECT old_rank, new_rank, NULL::bigint, NULL::bigint, b.person_id, p.display_name, u.name,
           old_count::int, new_count::int, 'move'
    FROM both_sides AS b LEFT JOIN accounts_profile AS p ON p.person_id = b.person_id
    LEFT JOIN standings_standing AS s ON s.person_id = b.person_id AND s.round_id = %(new_round)s
                                     AND s.key_version = %(new_key_version)s
    LEFT JOIN units_unit AS u ON u.id = s.territory_id
    WHERE old_rank <> new_rank
    ORDER BY abs(old_rank - new_rank) DESC, new_rank, b.person_id LIMIT %(shown)s
) AS moves
UNION ALL
SELECT * FROM (
    SELECT old_rank, new_rank, NULL::bigint, NULL::bigint, b.person_id, p.display_name, u.name,
           old_count::int, new_count::int, 'prize'
    FROM both_sides AS b LEFT JOIN accounts_profile AS p ON p.person_id = b.person_id
    LEFT JOIN standings_standing AS s ON s.person_id = b.person_id AND s.round_id = %(new_round)s
                                     AND s.key_version = %(new_key_version)s
    LEFT JOIN units_unit AS u ON u.id = s.territory_id
    WHERE least(old_rank, new_rank) <= %(places)s AND old_rank IS DISTINCT FROM new_rank
    ORDER BY new_rank, old_rank, b.person_id LIMIT 200
) AS prizes
"""


@dataclass(frozen=True, slots=True)
class Prizes:
    """The persons' prizes of a contest, in the order of the ranking."""

    names: tuple[str, ...]
    last_places: tuple[int, ...]

    @classmethod
    def of(cls, one: Round) -> "Prizes":
        given = [(p.name, p.count) for p in rulebook_of(one.contest).prizes if p.to == TO_PERSON] or USUAL_PRIZES
        return cls(tuple(name for name, _ in given), tuple(accumulate(count for _, count in given)))

    def at(self, rank: int | None) -> str | None:
        """Return the prize of a rank. Ties share their rank here; the organizers decide between them."""
        if rank is None:
            return None
        reached = zip(self.names, self.last_places, strict=True)
        return next((name for name, last in reached if rank <= last), None)


def compare_round(one: Round, *, base: int, target: int, final: bool) -> dict[str, Any]:
    """Return what changes in a round from one version of the keys to the other, in the caller's snapshot."""
    prizes = Prizes.of(one)
    old, new = (board_of(one, final=final, key_version=number) for number in (base, target))
    with connection.cursor() as cursor:
        cursor.execute(
            _BOTH.format(old=_ranked(old), new=_ranked(new).replace("%(", "%(new_")),
            {
                **old.params,
                **{f"new_{name}": value for name, value in new.params.items()},
                "shown": SHOWN,
                "places": prizes.last_places[-1],
            },
        )
        total, *rows = cursor.fetchall()
    lines = [(row[9], _line(row, prizes)) for row in rows]
    before, after = (count_all(Scope(one.contest_id, one.pk, number)).all_correct for number in (base, target))
    return {
        "round": one.uuid,
        "number": one.number,
        "title": one.title,
        "final": final,
        "people": total[0],
        "risen": total[1],
        "fallen": total[2],
        "rescored": total[3],
        "all_correct": {"before": before, "after": after},
        "moves": [line for kind, line in lines if kind == "move"],
        "prizes": [line for kind, line in lines if kind == "prize" and line["prize_before"] != line["prize_after"]],
    }


def _ranked(board: Board) -> str:
    return _RANKED.format(keys=board.keys, where=board.where)


def _line(row: tuple[Any, ...], prizes: Prizes) -> dict[str, Any]:
    return {
        "name": mask_name(row[5] or ""),
        "unit_name": row[6] or "",
        "rank_before": row[0],
        "rank_after": row[1],
        "correct_before": row[7],
        "correct_after": row[8],
        "prize_before": prizes.at(row[0]),
        "prize_after": prizes.at(row[1]),
    }
