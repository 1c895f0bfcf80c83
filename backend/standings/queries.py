"""Read boards: exact ranks, pages by key, one person's own line. Names are joined at reading and masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Sum

from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.rulebook import Rulebook
from backend.core.text import mask_name
from backend.core.timing import GRACE
from backend.participation.enums import CountedFacet
from backend.participation.queries import Counts, Scope, count_all, count_of_unit
from backend.standings.enums import PublicationState
from backend.standings.models import Edition, EditionCount, Publication
from backend.standings.ordering import Board
from backend.units.models import Unit

Position = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line of a board. `position` is where it stands in the listing: its keys, then the attempt."""

    rank: int
    tied: bool
    name: str
    unit_name: str
    correct_count: int
    points: int | None
    item_count: int
    used_ms: int
    submitted_at: datetime
    prediction: int | None
    person_id: int
    position: Position


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a board in order, and the position to go on from where there are more."""

    lines: tuple[Line, ...]
    next: Position | None


NO_LINES = Page((), None)


def is_final(one: Round, *, now: datetime) -> bool:
    """Tell whether the round is over for everybody: closed, the grace gone by, and no attempt left open."""
    if now <= one.closes_at + GRACE:
        return False
    return not Attempt.objects.filter(round=one, state=AttemptState.OPEN).exists()


def find_waiting(one: Round) -> Publication | None:
    """Return the publication of a round that waits for its second person, None where none does."""
    return Publication.objects.filter(round=one, state=PublicationState.PROPOSED).select_related("author").first()


def board_of(
    one: Round,
    *,
    unit: Unit | None = None,
    final: bool,
    key_version: int | None = None,
    edition: Edition | None = None,
) -> Board:
    """Return the board of a round, or of a unit in it; call it in the snapshot in which it is read.

    `key_version` None is the one in force, `edition` None the live board.
    """
    rules = rulebook_of(one.contest)
    scope = Scope(one.contest_id, one.pk, key_version or one.contest.key_version)
    decides = final and "prediction" in rules.ranking
    return Board(
        round_id=one.pk,
        key_version=edition.key_version if edition else scope.key_version,
        chain=_chain(rules),
        actual=_actual(rules, count_board(scope, edition=edition)) if decides else None,
        unit=unit,
        edition_id=edition.pk if edition else None,
    )


def count_board(scope: Scope, *, unit: Unit | None = None, edition: Edition | None = None) -> Counts:
    """Return the three counts of a round, or of a unit with everything below it; of an edition as they stood."""
    if edition is None:
        return count_of_unit(scope, unit=unit) if unit else count_all(scope)
    rows = EditionCount.objects.filter(edition=edition, facet=unit.facet if unit else CountedFacet.ALL)
    if unit:
        rows = rows.filter(unit__path__startswith=unit.path)
    sums = rows.aggregate(entries=Sum("entries"), people=Sum("people"), all_correct=Sum("all_correct"))
    return Counts(**{name: int(value or 0) for name, value in sums.items()})


def _chain(rules: Rulebook) -> tuple[str, ...]:
    """Return the comparisons. Where right answers tell the score they take its place: they have an index."""
    if rules.has_points:
        return rules.ranking
    return tuple("correct" if name == "score" else name for name in rules.ranking)


def _actual(rules: Rulebook, counts: Counts) -> int | None:
    """Return what was to be predicted, in the steps of its kind."""
    if rules.prediction_rule is None:
        return None
    return rules.prediction_rule.actual(counts.people, counts.all_correct)


_FIELDS = (
    "s.attempt_id, s.person_id, coalesce(p.display_name, ''), coalesce(u.name, ''), s.correct_count, s.points, "
    "s.item_count, s.used_ms, s.submitted_at, s.prediction"
)
_JOINS = (
    "LEFT JOIN accounts_profile AS p ON p.person_id = s.person_id LEFT JOIN units_unit AS u ON u.id = s.territory_id"
)


def list_lines(board: Board, *, limit: int, after: Position | None = None) -> Page:
    """Return the next `limit` lines after a position, ranked within the whole board."""
    beyond = f"AND ({board.keys}, s.attempt_id) > ({_slots(board.width + 1)})" if after else ""
    # One more than asked: it tells whether there is a next page and whether the last line is tied with it.
    rows = _read(
        board,
        f"SELECT {board.keys}, {_FIELDS} FROM {board.table} AS s {_JOINS} WHERE {board.where} {beyond} "  # noqa: S608  # our own parts
        f"ORDER BY {board.keys}, s.attempt_id LIMIT %(limit)s",
        after or (),
        limit=limit + 1,
    )
    if not rows:
        return NO_LINES
    lines = _ranked(board, rows)[:limit]
    return Page(lines, lines[-1].position if len(rows) > limit else None)


def find_line(board: Board, *, person_id: int) -> Line | None:
    """Return a person's own line with its exact rank, None where they have none on this board."""
    rows = _read(
        board,
        f"SELECT {board.keys}, {_FIELDS} FROM {board.table} AS s {_JOINS} "  # noqa: S608  # our own parts
        f"WHERE {board.where} AND s.person_id = %(person)s",
        person=person_id,
    )
    return _ranked(board, rows)[0] if rows else None


def count_lines(board: Board) -> int:
    """Return how many people stand on a board."""
    return int(_read(board, f"SELECT count(*) FROM {board.table} AS s WHERE {board.where}")[0][0])  # noqa: S608  # our own parts


def find_tied_at(board: Board, place: int) -> range | None:
    """Return the places that those tied over a place take up, `place` among them; None where nobody has come so far."""
    rows = _read(
        board,
        f"SELECT {board.keys}, s.attempt_id FROM {board.table} AS s WHERE {board.where} "  # noqa: S608  # our own parts
        f"ORDER BY {board.keys}, s.attempt_id OFFSET %(skipped)s LIMIT 1",
        skipped=place - 1,
    )
    if not rows:
        return None
    better, _, equal = _count_before(board, rows[0])
    return range(better + 1, better + equal + 1)


def _ranked(board: Board, rows: Sequence[tuple[Any, ...]]) -> tuple[Line, ...]:
    """Give consecutive rows their ranks; only the first one's has to be counted."""
    width = board.width
    better, before, equal = _count_before(board, rows[0])
    lines: list[Line] = []
    for index, row in enumerate(rows):
        keys = row[:width]
        follows_tied = index > 0 and rows[index - 1][:width] == keys
        leads_tied = index + 1 < len(rows) and rows[index + 1][:width] == keys
        standing = better + before + index + 1 if index else better + 1
        rank = lines[-1].rank if follows_tied else standing
        tied = follows_tied or leads_tied or (index == 0 and equal > 1)
        lines.append(_line(row[width:], rank=rank, tied=tied, keys=keys))
    return tuple(lines)


def _line(row: tuple[Any, ...], *, rank: int, tied: bool, keys: Position) -> Line:
    """Return the line of a row of `_FIELDS`."""
    attempt_id, person_id, name, unit_name, *facts = row
    correct_count, points, item_count, used_ms, submitted_at, prediction = facts
    return Line(
        rank=rank,
        tied=tied,
        name=mask_name(name),
        unit_name=unit_name,
        correct_count=correct_count,
        points=points,
        item_count=item_count,
        used_ms=used_ms,
        submitted_at=submitted_at,
        prediction=prediction,
        person_id=person_id,
        position=(*keys, attempt_id),
    )


def _count_before(board: Board, row: tuple[Any, ...]) -> tuple[int, int, int]:
    """Count the lines better than a row, those tied with it and listed before it, and all tied with it.

    The better ones are many and nothing but counted: while scores and instants rank, from the index alone.
    """
    width = board.width
    slots = _slots(width)
    lines = f"FROM {board.table} AS s WHERE {board.where} AND"
    query = (
        f"SELECT (SELECT count(*) {lines} ({board.keys}) < ({slots})), "  # our own parts
        f"count(*) FILTER (WHERE s.attempt_id < %(position_{width})s), count(*) {lines} ({board.keys}) = ({slots})"
    )
    counted = _read(board, query, row[: width + 1])[0]
    return counted[0], counted[1], counted[2]


def _slots(count: int) -> str:
    return ", ".join(f"%(position_{index})s" for index in range(count))


def _read(board: Board, query: str, position: Position = (), **extra: Any) -> list[tuple[Any, ...]]:
    values = {f"position_{index}": value for index, value in enumerate(position)}
    with connection.cursor() as cursor:
        cursor.execute(query, {**board.params, **values, **extra})
        return list(cursor.fetchall())
