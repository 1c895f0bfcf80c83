"""Wait until the platform has settled, then run every check that the access at hand allows."""

import asyncio
import time

import psycopg

from backend.rehearsal import public
from backend.rehearsal.checks.answers import find_lost_answers
from backend.rehearsal.checks.counts import find_wrong_counts
from backend.rehearsal.checks.results import find_scored_twice, find_wrong_scores
from backend.rehearsal.checks.standings import find_wrong_lines
from backend.rehearsal.client import Client, Refused, Unreachable
from backend.rehearsal.play import Played
from backend.rehearsal.report import Findings
from backend.rehearsal.rows import Snapshot, count_backlog, load_snapshot

SETTLE_S = 60.0
POLL_S = 0.25


async def wait_settled(database_url: str, played: Played) -> str | None:
    """Return once nothing waits any more, or after a minute with a note of what still does."""
    uuids = [attempt.uuid for attempt in played.history.attempts]
    deadline = time.monotonic() + SETTLE_S
    while (backlog := await asyncio.to_thread(count_backlog, database_url, uuids)) and time.monotonic() < deadline:
        await asyncio.sleep(POLL_S)
    return f"not settled after {SETTLE_S:.0f} s: {backlog} facts or attempts still wait" if backlog else None


async def examine(played: Played, *, url: str, database_url: str | None) -> Findings:
    """Check everything: against the database where there is one, else what the public interface shows."""
    async with Client(url, history=played.history) as client:
        if database_url is None:
            return await _from_outside(client, played)
        return await _with_rows(client, played, database_url)


async def _with_rows(client: Client, played: Played, database_url: str) -> Findings:
    findings = Findings()
    if note := await wait_settled(database_url, played):
        findings.notes.append(note)
    snapshot = await asyncio.to_thread(load_snapshot, database_url, contest_uuid=played.contest["uuid"])
    histories = played.history.attempts
    uuids = {attempt.id: attempt.uuid for attempt in snapshot.attempts}
    ours = {history.uuid for history in histories}
    findings.answers = find_lost_answers(
        histories, {uuids[attempt_id]: items for attempt_id, items in snapshot.answers.items()}
    )
    findings.results = sum(uuids.get(result.attempt_id) in ours for result in snapshot.results_in_force)
    findings.twice = find_scored_twice(snapshot.results, histories)
    findings.standings = find_wrong_scores(snapshot, histories) + find_wrong_lines(snapshot)
    findings.counts = find_wrong_counts(snapshot)
    await _compare_shown(client, played, database_url, snapshot, findings)
    return findings


async def _compare_shown(
    client: Client, played: Played, database_url: str, first: Snapshot, findings: Findings
) -> None:
    """Add what the public interface shows wrongly. Rows are read anew at every look: others may be taking part."""
    round_uuid, contest = played.round["uuid"], played.contest
    latest = first

    async def reload() -> Snapshot:
        nonlocal latest
        latest = await asyncio.to_thread(load_snapshot, database_url, contest_uuid=contest["uuid"])
        return latest

    async def boards() -> list[str]:
        return await public.find_wrong_boards(client, await reload(), round_uuid=round_uuid)

    async def ranks() -> list[str]:
        submitted = [history for history in played.history.attempts if history.receipts]
        return await public.find_wrong_ranks(client, await reload(), submitted, round_uuid=round_uuid)

    async def shown_totals() -> list[str]:
        return await public.find_wrong_totals(client, await reload(), contest_key=contest["key"], round_uuid=round_uuid)

    assert findings.standings is not None
    assert findings.counts is not None
    findings.standings += await public.until_right(boards)
    findings.standings += await public.until_right(ranks)
    findings.counts += await public.until_right(shown_totals)


async def _from_outside(client: Client, played: Played) -> Findings:
    histories = played.history.attempts
    return Findings(
        results=sum(history.shown_correct_count is not None for history in histories),
        answers=find_lost_answers(histories, await public.read_saved(client, histories)),
        standings=await public.until_right(
            lambda: public.find_disorder(
                client, round_uuid=played.round["uuid"], ranking=played.contest["rulebook"]["ranking"]
            )
        ),
        notes=["không có cơ sở dữ liệu: chỉ kiểm tra những gì API cho thấy (no database: checked from outside only)"],
    )


CHECK_FAILURES = (Refused, Unreachable, psycopg.Error)
