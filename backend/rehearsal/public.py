"""Hold what the public interface shows against what the rows say it should."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from backend.core.ranking import Entry, RankingOrder, rank
from backend.rehearsal.checks.counts import count_true, totals
from backend.rehearsal.checks.standings import Placed, compare_board, counted_results, place
from backend.rehearsal.client import Client
from backend.rehearsal.history import AttemptHistory
from backend.rehearsal.journal import Reply
from backend.rehearsal.rows import ResultRow, Snapshot

PAGE = 100
SAMPLE = 100  # own results that are asked for
UNIT_BOARDS = 6
AT_ONCE = 10
# Boards may be cached for a moment; what stays wrong longer is wrong.
TRIES = 4
PAUSE_S = 1.0


class BoardLine(NamedTuple):
    """What a board tells of a line, names aside."""

    rank: int
    tied: bool
    correct_count: int
    used_ms: int
    submitted_at: datetime


async def find_wrong_boards(client: Client, snapshot: Snapshot, *, round_uuid: str) -> list[str]:
    """Compare the whole board of the round, and those of the units with most people."""
    round_id = _round_id(snapshot, round_uuid)
    findings = compare_board("round", _lines(place(snapshot, round_id=round_id)), await read_board(client, round_uuid))
    for unit_id in _largest_units(snapshot, round_id):
        expected = _lines(place(snapshot, round_id=round_id, within=_within(snapshot, unit_id)))
        shown = await read_board(client, round_uuid, unit=snapshot.units[unit_id].uuid)
        findings += compare_board(f"unit {snapshot.units[unit_id].uuid}", expected, shown)
    return findings


async def find_wrong_ranks(
    client: Client, snapshot: Snapshot, histories: Sequence[AttemptHistory], *, round_uuid: str
) -> list[str]:
    """Compare the ranks that citizens read on their own result pages."""
    round_id = _round_id(snapshot, round_uuid)
    people = {attempt.uuid: attempt.person_id for attempt in snapshot.attempts}
    of_round = (r for r in snapshot.results_in_force if r.round_id == round_id)
    counted = counted_results(of_round, rule=snapshot.counts_rule)
    mine = {result.person_id: result for result in counted.values()}

    async def one(history: AttemptHistory) -> list[str]:
        result = mine.get(people.get(history.uuid, 0))
        told = await client.get(f"/api/attempts/{history.uuid}/result", token=history.token)
        shown = {name: (value["rank"], value["of"]) if value else None for name, value in told["ranks"].items()}
        expected = {
            "round": _rank_of(snapshot, result, round_id, None),
            "territory": _rank_of(snapshot, result, round_id, result and result.territory_id),
            "workplace": _rank_of(snapshot, result, round_id, result and result.workplace_id),
        }
        if result and result.territory_id is None:
            expected["territory"] = None
        if result and result.workplace_id is None:
            expected["workplace"] = None
        return [] if shown == expected else [f"own ranks of {history.uuid}: shows {shown}, should show {expected}"]

    step = max(1, len(histories) // SAMPLE)
    return await _each(histories[::step][:SAMPLE], one)


async def find_wrong_totals(client: Client, snapshot: Snapshot, *, contest_key: str, round_uuid: str) -> list[str]:
    """Compare the three counts that boards and the home page show."""
    true = count_true(snapshot)
    round_id = _round_id(snapshot, round_uuid)
    findings: list[str] = []
    for address, scope in (
        (f"/api/rounds/{round_uuid}/participation", round_id),
        (f"/api/contests/{contest_key}/participation", None),
    ):
        body = await client.get(address, facet="territory")
        expected = totals(true, round_id=scope, key_version=snapshot.key_version)
        findings += _compare_totals(address, body["totals"], expected)
    board = await client.get(f"/api/rounds/{round_uuid}/standings", limit=1)
    expected = totals(true, round_id=round_id, key_version=snapshot.key_version)
    return findings + _compare_totals("standings", board["totals"], expected)


async def read_saved(client: Client, histories: Sequence[AttemptHistory]) -> dict[str, dict[int, tuple[int, Reply]]]:
    """Return what the server shows each citizen as saved: all there is to see without a database."""
    stored: dict[str, dict[int, tuple[int, Reply]]] = {}

    async def one(history: AttemptHistory) -> list[str]:
        body = await client.get(f"/api/attempts/{history.uuid}", token=history.token)
        stored[history.uuid] = {
            line["item"]: (line["seq"], line["text"] if "text" in line else tuple(line["choice"]))
            for line in body["saved"]
        }
        return []

    await _each(histories, one)
    return stored


async def find_disorder(client: Client, *, round_uuid: str, ranking: Sequence[str]) -> list[str]:
    """Rank the lines a board shows by `core.ranking` and compare: order and ties can be judged from outside."""
    shown = await read_board(client, round_uuid)
    entries = [Entry(number, line.correct_count, line.used_ms, line.submitted_at) for number, line in enumerate(shown)]
    placings = rank(entries, order=RankingOrder(chain=tuple(ranking)))
    expected = [shown[p.entry_id]._replace(rank=p.rank, tied=p.is_tied) for p in placings]
    return compare_board("round", expected, shown)


async def read_board(client: Client, round_uuid: str, *, unit: str | None = None) -> list[BoardLine]:
    """Read a whole board, page by page."""
    lines: list[BoardLine] = []
    query: dict[str, Any] = {"limit": PAGE, **({"unit": unit} if unit else {})}
    while True:
        page = await client.get(f"/api/rounds/{round_uuid}/standings", **query)
        for line in page["results"]:
            values = {**line, "submitted_at": datetime.fromisoformat(line["submitted_at"])}
            lines.append(BoardLine(*(values[name] for name in BoardLine._fields)))
        if not page["next"]:
            return lines
        query["after"] = page["next"]


async def until_right(look: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """Look again where something seems wrong, a few times, and return what stays wrong."""
    findings = await look()
    for _ in range(TRIES - 1):
        if not findings:
            break
        await asyncio.sleep(PAUSE_S)
        findings = await look()
    return findings


async def _each(
    histories: Sequence[AttemptHistory], one: Callable[[AttemptHistory], Awaitable[list[str]]]
) -> list[str]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(history: AttemptHistory) -> list[str]:
        async with gate:
            return await one(history)

    return [finding for found in await asyncio.gather(*map(gated, histories)) for finding in found]


def _rank_of(snapshot: Snapshot, result: ResultRow | None, round_id: int, unit_id: int | None) -> Any:
    within = _within(snapshot, unit_id) if unit_id is not None else lambda _: True
    board = place(snapshot, round_id=round_id, within=within)
    ranks = [placed.rank for placed in board if result and placed.result.id == result.id]
    return (ranks[0], len(board)) if ranks else None


def _within(snapshot: Snapshot, unit_id: int) -> Callable[[ResultRow], bool]:
    path = snapshot.units[unit_id].path
    below = {one for one, unit in snapshot.units.items() if unit.path.startswith(path)}
    return lambda result: result.territory_id in below or result.workplace_id in below


def _largest_units(snapshot: Snapshot, round_id: int) -> list[int]:
    sizes: dict[int, int] = {}
    for result in snapshot.results_in_force:
        for unit_id in (result.territory_id, result.workplace_id):
            if unit_id is not None and result.round_id == round_id:
                sizes[unit_id] = sizes.get(unit_id, 0) + 1
    return sorted(sizes, key=lambda unit_id: (-sizes[unit_id], unit_id))[:UNIT_BOARDS]


def _lines(board: Sequence[Placed]) -> list[BoardLine]:
    return [
        BoardLine(p.rank, p.is_tied, p.result.correct_count, p.result.used_ms, p.result.submitted_at) for p in board
    ]


def _compare_totals(name: str, shown: dict[str, Any], expected: tuple[int, int, int]) -> list[str]:
    told = (shown["entries"], shown["people"], shown["all_correct"])
    # A count too small to be shown is null, and cannot be judged from outside.
    is_right = all(is_shown in (None, should) for is_shown, should in zip(told, expected, strict=True))
    return [] if is_right else [f"{name}: totals {told}, should be {expected}"]


def _round_id(snapshot: Snapshot, round_uuid: str) -> int:
    return next(pk for pk, uuid in snapshot.round_uuids.items() if uuid == round_uuid)
