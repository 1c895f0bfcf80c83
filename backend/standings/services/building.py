"""Build the ladders of large boards, and the places of those that stand still: one builder at a time, board by board.

A ladder is built beside people who submit, and nobody waits for it. It is announced first. Once every transaction is
over that may not have seen it, whoever changes a line notes the change; then the lines are counted, less
the changes of the same snapshot.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction

from backend.contests.models import Round
from backend.infra.alone import alone
from backend.participation.queries import Scope, totals_for_rounds
from backend.standings.enums import PlacesState
from backend.standings.models import Edition, Ladder
from backend.standings.ordering import Board
from backend.standings.queries import count_board, is_final
from backend.standings.services.announcing import is_known_to_all
from backend.standings.services.ladders import (
    KEPT,
    LIVE,
    RUNG,
    TIMEOUT_S,
    drop_ladder_of_edition,
    drop_ladders,
    lines_by_rung,
)
from backend.standings.services.places import place_lines, sweep_ladders

log = structlog.get_logger(__name__)

# Below this many lines counting them takes two milliseconds.
FROM_LINES = 20_000
STEPS = 512  # so many steps over the time in which the lines were handed in; twice as many, and they are made wider
LOCK = "standings.ladders"
# A board that fails may take a minute to do so. It is left alone for a while; the others are not.
RETRY = timedelta(minutes=5)
_ONE_STEP = 2**62  # microseconds


@dataclass(frozen=True, slots=True)
class _Large:
    """A board to be tended: a round's live one, or that of an edition."""

    round: Round
    key_version: int
    edition: Edition | None
    line_count: int

    @property
    def key(self) -> tuple[int, int, int | None]:
        return self.round.pk, self.key_version, self.edition.pk if self.edition else None


def build_ladders(*, now: datetime, from_lines: int = FROM_LINES) -> int:
    """Build the ladders of large boards: live ones under the keys in force, and editions. Return how many.

    Where lines or the time of handing in have doubled they are built anew. Places are stored of boards that stand
    still. Nothing is done while another process or thread is at it.
    """
    with alone(LOCK) as is_alone:
        return _build_all(now, from_lines) if is_alone else 0


def _build_all(now: datetime, from_lines: int) -> int:
    ladders = {(one.round_id, one.key_version, one.edition_id): one for one in Ladder.objects.all()}
    built = 0
    for board in _large_boards(now, from_lines):
        ladder = ladders.get(board.key)
        if ladder is not None and ladder.not_before is not None and now < ladder.not_before:
            continue
        try:
            built += _tend(board, ladder, now=now)
        except DatabaseError as error:
            # What PostgreSQL said tells a timeout from a lock; Django calls them alike.
            cause = type(error.__cause__ or error).__name__
            log.warning("board_not_built", round=str(board.round.uuid), key_version=board.key_version, error=cause)
            _postpone(board, until=now + RETRY)
    sweep_ladders()
    return built


def _large_boards(now: datetime, from_lines: int) -> Iterator[_Large]:
    rounds = list(Round.objects.filter(opens_at__lte=now).select_related("contest").order_by("pk"))
    totals = totals_for_rounds([one.pk for one in rounds], now=now)
    boards = [_Large(one, one.contest.key_version, None, totals[one.pk].people) for one in rounds]
    kept = Edition.objects.filter(ready_at__isnull=False, lifted_at=None).select_related("round__contest")
    boards += [_Large(one.round, one.key_version, one, _count_kept(one)) for one in kept.order_by("pk")]
    return (board for board in boards if board.line_count >= from_lines)


def _count_kept(edition: Edition) -> int:
    return count_board(Scope(edition.round.contest_id, edition.round_id, edition.key_version), edition=edition).people


def _tend(board: _Large, ladder: Ladder | None, *, now: datetime) -> bool:
    """Build a board's ladder or store its places, whichever is due; return whether a ladder was built."""
    if ladder is None or not ladder.is_ready or board.line_count >= 2 * ladder.line_count:
        return _build(board)
    if ladder.places == PlacesState.READY:
        return False
    if board.edition is None and _is_too_fine(ladder):
        return _build(board)
    if board.edition.is_final if board.edition else is_final(board.round, now=now):
        place_lines(ladder, board.round, board.edition)
    return False


# What a rank sums grows with the steps, and so does the sum.
_STEPS = "SELECT coalesce(max(step) - min(step), 0) FROM standings_rung WHERE ladder_id = %s"


def _is_too_fine(ladder: Ladder) -> bool:
    """Tell whether a ladder was built when lines had been handed in for less than half as long as by now."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [ladder.pk])
        return int(cursor.fetchone()[0]) > 2 * STEPS


def _build(board: _Large) -> bool:
    width = _span(board) // STEPS + 1
    try:
        ladder_id = _announce(board, width=width)
    except IntegrityError:
        return False  # a builder that has lost its lock is at it
    if ladder_id is None:
        return False
    # Lines of an edition never change: nothing has to be noted, and so nobody waited for.
    return (board.edition is not None or is_known_to_all()) and _count(ladder_id, of=KEPT if board.edition else LIVE)


_SPAN = "coalesce(extract(epoch FROM max(submitted_at) - min(submitted_at)) * 1000000, 0)::bigint"


@transaction.atomic
def _span(board: _Large) -> int:
    """Return over how many microseconds the lines of a board were handed in."""
    lines = Board(board.round.pk, board.key_version, (), edition_id=board.key[2])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute(f"SELECT {_SPAN} FROM {lines.table} AS s WHERE {lines.where}", lines.params)  # noqa: S608  # our own parts
        return int(cursor.fetchone()[0])


# Whoever is lifting it holds the row: the ladder would stay behind, or have no lines.
_HOLD = "SELECT 1 FROM standings_edition WHERE id = %s AND lifted_at IS NULL FOR SHARE SKIP LOCKED"


@transaction.atomic
def _announce(board: _Large, *, width: int, not_before: datetime | None = None) -> int | None:
    """Say that changes are to be noted from now on; a ladder of the board that stood before is gone with it.

    None where the board is that of an edition that is lifted, or about to be.
    """
    if board.edition is None:
        drop_ladders(round_ids=[board.round.pk])
    else:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [board.edition.pk])
            if cursor.fetchone() is None:
                return None
        drop_ladder_of_edition(board.edition)
    ladder = Ladder.objects.create(
        round=board.round,
        key_version=board.key_version,
        edition=board.edition,
        width=width,
        line_count=board.line_count,
        not_before=not_before,
    )
    return ladder.pk


def _postpone(board: _Large, *, until: datetime) -> None:
    """Note with the ladder when its board is tended next; where there is none, with one that nobody can read."""
    one, key_version, edition = board.key
    # Where not even this can be written, the next call tries the board again.
    with suppress(DatabaseError), transaction.atomic():
        if not Ladder.objects.filter(round=one, key_version=key_version, edition=edition).update(not_before=until):
            _announce(board, width=_ONE_STEP, not_before=until)


# One statement, one snapshot: whatever moved a line in it has noted so in it.
_COUNT = {
    of: f"""
    INSERT INTO standings_rung ({RUNG}, line_count)
    SELECT {RUNG}, sum(line_count) FROM (
        {lines_by_rung("l.id = %(ladder)s", of)}
        UNION ALL SELECT {RUNG}, -line_count FROM standings_rungchange WHERE ladder_id = %(ladder)s
    ) AS counted GROUP BY 1, 2, 3
    """  # noqa: S608  # built from constants alone
    for of in (LIVE, KEPT)
}


@transaction.atomic
def _count(ladder_id: int, *, of: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        cursor.execute(_COUNT[of], {"ladder": ladder_id})
    # Dropped meanwhile: lines were written anew, and nobody noted it.
    return bool(Ladder.objects.filter(pk=ladder_id).update(is_ready=True))
