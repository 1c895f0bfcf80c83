"""Assemble what a board shows, read in one snapshot: lines, own line, totals, and which instant it was."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from backend.accounts.models import Person
from backend.contests.models import Round
from backend.contests.queries import result_shown_at, rulebook_of
from backend.contests.shapes import prediction_shape
from backend.core.errors import NotFound
from backend.infra import keys
from backend.infra.kept import Kept
from backend.infra.reading import one_snapshot
from backend.participation.queries import Counts, Scope
from backend.results.corrections import BoardCorrection, find_board_correction
from backend.results.enums import RegradeState
from backend.results.models import Regrade, Result
from backend.standings import queries
from backend.standings.cursors import read_cursor, write_cursor
from backend.standings.models import Edition
from backend.standings.ordering import Board
from backend.standings.queries import Line
from backend.standings.shown import Shown, find_shown, list_published
from backend.units.enums import Facet
from backend.units.models import Unit
from backend.units.shapes import UnitShape, unit_outputs

TOP = 10
# Being on a Party organization's list would tell a person's membership: counts are shown by it, names never.
FACETS_WITH_BOARDS = frozenset({Facet.TERRITORY, Facet.WORKPLACE})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see of a board."""

    limit: int
    unit: UUID | None = None
    after: str | None = None
    key_version: int | None = None
    edition: int | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Public:
    """What everybody is shown of a board alike."""

    page: queries.Page
    counts: Counts
    corrected: BoardCorrection | None
    unit: UnitShape | None
    editions: list[Edition]


_kept = Kept[Public](most=64)


def find_board_unit(uuid: UUID) -> Unit:
    """Return a unit that has a board. Raises NotFound for others, Party organizations among them."""
    unit = Unit.objects.filter(uuid=uuid, facet__in=FACETS_WITH_BOARDS).first()
    if unit is None:
        raise NotFound
    return unit


def topic_of(one: Round, unit: Unit | None) -> str:
    """Return the live topic under which the board ticks."""
    return keys.unit_topic(one.uuid, unit.uuid) if unit else keys.round_topic(one.uuid)


def read_board(one: Round, *, asked: Asked, person: Person | None, now: datetime) -> dict[str, Any]:
    """Return a page of a board as the contract shows it. Raises NotFound for the unit or edition, CursorRefused.

    Until the rules let results be seen it holds nobody, save where organizers ask for a version of the keys or for the
    live board.
    """
    unit = find_board_unit(asked.unit) if asked.unit else None
    rules = rulebook_of(one.contest)
    shown_at = result_shown_at(one, now=now)
    is_organizers = asked.live or asked.key_version is not None
    is_shown = shown_at is None or is_organizers
    if asked.key_version is not None:
        # Everything below reads under the version that this one object names.
        one.contest.key_version = _known_version(one, asked.key_version)
    with one_snapshot() as stamp:
        shown = find_shown(one, now=now, live=is_organizers, number=asked.edition)
        epoch = shown.epoch
        board = queries.board_of(one, unit=unit, final=shown.is_final, edition=shown.edition)
        after = read_cursor(board, asked.after) if asked.after else None
        seen = (board, asked.limit, after, shown, epoch, is_shown)
        public = _kept.get(seen, stamp, lambda: _read_public(one, board, shown, asked.limit, after, is_shown=is_shown))
        mine = _own_line(board, public.page, person) if person and is_shown else None
    own_id, final, page = person.pk if person else None, shown.is_final, public.page
    return {
        "topic": topic_of(one, unit),
        "epoch": epoch,
        "version": stamp.version,
        "as_of": min(stamp.as_of, now),
        "frozen": shown.is_frozen,
        "frozen_at": shown.frozen_at,
        "provisional": not final,
        "final": shown.published is not None,
        "edition": asked.edition or (shown.published.number if shown.published else None),
        "editions": [{"number": edition.number, "published_at": edition.cut_at} for edition in public.editions],
        "result_shown_at": None if is_shown else shown_at,
        "ranking": list(rules.ranking),
        "prediction_asked": prediction_shape(rules),
        "unit": public.unit,
        "corrected": public.corrected if is_shown else None,
        "totals": totals_shape(public.counts, is_shown=is_shown),
        "results": [line_shape(line, own_id=own_id, final=final) for line in page.lines],
        "mine": line_shape(mine, own_id=own_id, final=final) if mine else None,
        "next": write_cursor(board, page.next) if page.next else None,
    }


def _read_public(
    one: Round, board: Board, shown: Shown, limit: int, after: queries.Position | None, *, is_shown: bool
) -> Public:
    unit = board.unit
    return Public(
        page=queries.list_lines(board, limit=limit, after=after) if is_shown else queries.NO_LINES,
        counts=count_shown(one, unit, shown),
        corrected=find_board_correction(contest_id=one.contest_id, key_version=shown.key_version),
        unit=unit_outputs([unit])[unit.pk] if unit else None,
        editions=list_published(one) if shown.published else [],
    )


def _own_line(board: Board, page: queries.Page, person: Person) -> Line | None:
    """Return the person's own line: often it is on the page."""
    shown = next((line for line in page.lines if line.person_id == person.pk), None)
    return shown or queries.find_line(board, person_id=person.pk)


def _known_version(one: Round, key_version: int) -> int:
    """Return a version that was in force or is computed. Raises NotFound."""
    stored = Regrade.objects.filter(contest=one.contest_id).exclude(state=RegradeState.CANCELLED)
    if key_version == one.contest.key_version or stored.filter(
        Q(target_key_version=key_version) | Q(base_key_version=key_version)
    ):
        return key_version
    raise NotFound


def count_shown(one: Round, unit: Unit | None, shown: Shown) -> Counts:
    """Return the three counts of a round, or of a unit with everything below it, beside the lines that are shown."""
    return queries.count_board(Scope.of(one), unit=unit, edition=shown.edition)


def totals_shape(counts: Counts, *, is_shown: bool) -> dict[str, int | None]:
    """Return the three counts as boards and ticks carry them."""
    return {
        "people": counts.people,
        "entries": counts.entries,
        "all_correct": counts.all_correct if is_shown else None,
    }


def line_shape(line: Line, *, own_id: int | None, final: bool) -> dict[str, Any]:
    """Return a line as the contract shows it. Others' predictions stay hidden while one may still predict."""
    is_me = own_id is not None and line.person_id == own_id
    return {
        "rank": line.rank,
        "tied": line.tied,
        "name": line.name,
        "unit_name": line.unit_name,
        "correct_count": line.correct_count,
        "points": line.points,
        "item_count": line.item_count,
        "used_ms": line.used_ms,
        "submitted_at": line.submitted_at,
        "prediction": line.prediction if final or is_me else None,
        "is_me": is_me,
    }


def top_lines(one: Round, unit: Unit | None, shown: Shown) -> list[dict[str, Any]]:
    """Return the first few lines as ticks carry them: of constant size, the same for everybody."""
    page = queries.list_lines(queries.board_of(one, unit=unit, final=shown.is_final, edition=shown.edition), limit=TOP)
    return [
        {
            "rank": line.rank,
            "tied": line.tied,
            "name": line.name,
            "unit_name": line.unit_name,
            "correct_count": line.correct_count,
            "points": line.points,
            "used_ms": line.used_ms,
        }
        for line in page.lines
    ]


NO_RANKS: dict[str, Any] = {"round": None, "territory": None, "workplace": None}


def own_ranks(one: Round, result: Result, shown: Shown) -> dict[str, Any]:
    """Return where the person's counted attempt stands in the round, the ward and the workplace, as shown to all."""
    units: dict[str, Unit | None] = {"territory": result.territory, "workplace": result.workplace}
    shapes: dict[int, UnitShape] = unit_outputs(unit for unit in units.values() if unit)
    board = queries.board_of(one, final=shown.is_final, edition=shown.edition)
    ranks: dict[str, Any] = {"round": _own_rank(one, result, board, shown)}
    for facet, unit in units.items():
        # Wherever the person stands, it is on the board of the round.
        rank = _own_rank(one, result, replace(board, unit=unit), shown) if unit and ranks["round"] else None
        ranks[facet] = {**rank, "unit": shapes[unit.pk]} if unit and rank else None
    return ranks


def _own_rank(one: Round, result: Result, board: Board, shown: Shown) -> dict[str, int] | None:
    line = queries.find_line(board, person_id=result.person_id)
    return {"rank": line.rank, "of": count_shown(one, board.unit, shown).people} if line else None
