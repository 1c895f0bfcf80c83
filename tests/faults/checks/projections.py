"""I3, I4, I5: one result each, counters exact, boards in order. The rehearsal's checks, which trust no product code."""

import asyncio
import time

import psycopg

from backend.rehearsal.checks.counts import find_wrong_counts
from backend.rehearsal.checks.results import find_wrong_scores
from backend.rehearsal.checks.standings import find_wrong_lines
from backend.rehearsal.client import Client, Refused, Unreachable
from backend.rehearsal.history import History as Troubles
from backend.rehearsal.public import find_wrong_boards, find_wrong_totals, until_right
from backend.rehearsal.rows import Snapshot, load_snapshot
from tests.faults.checks import rows
from tests.faults.checks.marking import find_wrong_points, mark
from tests.faults.checks.rows import Stored


def find_wrong_counts_now(database_url: str, *, contest_uuid: str) -> list[str]:
    """Return where counters and what waits differ from a recount in one snapshot: asked in the middle of a fault."""
    return [f"I4 {line}" for line in find_wrong_counts(_in_force(database_url, contest_uuid))]


def find_doubles(stored: Stored) -> list[str]:
    """Return what exists twice, and what has ended without a result."""
    findings = [f"I3 {stored.doubles} attempts have two results"] if stored.doubles else []
    if stored.open_doubles:
        findings.append(f"I3 {stored.open_doubles} people have two open attempts")
    for ending in stored.endings:
        if (ending.state != "open") != (ending.result_count == 1):
            findings.append(f"I3 attempt {ending.uuid}: {ending.state}, {ending.result_count} results")
    return findings


async def wait_drained(database_url: str, *, wait_s: float) -> float | None:
    """Return the seconds until nothing waited to be counted any more, None where that took too long."""
    began = time.monotonic()
    while time.monotonic() - began < wait_s:
        try:
            if not await asyncio.to_thread(rows.count_waiting, database_url):
                return time.monotonic() - began
        except psycopg.OperationalError:
            pass
        await asyncio.sleep(0.1)
    return None


async def find_wrong_projections(url: str, database_url: str, contest: dict[str, str]) -> list[str]:
    """Return everything derived that is not what it should be: scores, lines, counts, and what boards show."""
    snapshot = await asyncio.to_thread(_in_force, database_url, contest["uuid"])
    snapshot.keys |= await asyncio.to_thread(rows.corrected_keys, database_url, contest["uuid"])
    words = await asyncio.to_thread(rows.load_words, database_url, contest["uuid"])
    mark(snapshot, words)
    findings = [f"I3 {line}" for line in find_wrong_scores(snapshot, [])]
    findings += [f"I3 {line}" for line in find_wrong_points(snapshot, words)]
    findings += [f"I4 {line}" for line in find_wrong_counts(snapshot)]
    findings += [f"I5 {line}" for line in find_wrong_lines(snapshot)]
    if findings:
        return findings  # whatever boards show of wrong rows tells nothing more
    async with Client(url, history=Troubles()) as client:

        async def boards() -> list[str]:
            return await find_wrong_boards(client, snapshot, round_uuid=contest["round"])

        async def totals() -> list[str]:
            return await find_wrong_totals(client, snapshot, contest_key=contest["key"], round_uuid=contest["round"])

        try:
            findings += [f"I5 {line}" for line in await until_right(boards)]
            findings += [f"I4 {line}" for line in await until_right(totals)]
        except (Refused, Unreachable) as error:
            findings.append(f"I10 {error}")
    return findings


def _in_force(database_url: str, contest_uuid: str) -> Snapshot:
    """Read a contest under the keys in force: what a regrade computes aside, or takes away, is not to be seen yet."""
    snapshot = load_snapshot(database_url, contest_uuid=contest_uuid)
    for name in ("results", "standings", "counts", "pending"):
        rows_now = [row for row in getattr(snapshot, name) if row.key_version == snapshot.key_version]
        setattr(snapshot, name, rows_now)
    return snapshot
