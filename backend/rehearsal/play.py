"""Play the rehearsal: everybody signs up, then everybody takes part, while observers watch the board."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.launcher.progress import Progress, Step
from backend.rehearsal.citizen import Stage, sign_up, take_part
from backend.rehearsal.client import Client, Refused, Unreachable
from backend.rehearsal.history import History
from backend.rehearsal.knowledge import read_bank
from backend.rehearsal.observer import Observer
from backend.rehearsal.options import Options
from backend.rehearsal.plans import Plan, make_plan

SIGN_UPS_AT_ONCE = 20  # a password hash takes a core for some fifty milliseconds
OBSERVERS = 3
SHOWN_WAIT_S = 15.0
BAR_WIDTH = 24


class NoOpenRound(Exception):
    """There is nothing to rehearse on."""


@dataclass(slots=True)
class Played:
    """What a rehearsal leaves behind for the checks."""

    history: History
    contest: dict[str, Any] = field(default_factory=dict)
    round: dict[str, Any] = field(default_factory=dict)
    base_entries: int = 0
    observers: list[Observer] = field(default_factory=list)
    watched_until: float = 0.0
    sittings: int = 0
    is_timed_out: bool = False


async def play(options: Options, *, progress: Progress) -> Played:
    """Play until everybody has their result, or until the time is up. Raises NoOpenRound, Refused, Unreachable."""
    played = Played(History())
    async with Client(options.url, history=played.history) as client:
        await _find_round(client, options, played)
        stage = await _set_stage(client, options, played)
        arrival_s = options.citizens / options.arrivals_per_s
        plans = [
            make_plan(index, seed=options.seed, arrival_s=arrival_s, again=options.again)
            for index in range(options.citizens)
        ]
        played.sittings = sum(plan.sittings for plan in plans)
        try:
            async with asyncio.timeout(options.timeout_s):
                await _play(plans, stage, played, progress=progress)
        except TimeoutError:
            played.is_timed_out = True
    return played


async def _find_round(client: Client, options: Options, played: Played) -> None:
    for contest in (await client.get("/api/contests"))["results"]:
        for one in contest["rounds"]:
            if one["state"] == "open" and options.contest in (None, contest["key"]):
                played.contest, played.round = contest, one
                standings = await client.get(f"/api/rounds/{one['uuid']}/standings", limit=1)
                played.base_entries = standings["totals"]["entries"]
                return
    raise NoOpenRound


async def _set_stage(client: Client, options: Options, played: Played) -> Stage:
    consent = await client.get("/api/consents/current")
    return Stage(
        client=client,
        history=played.history,
        knowledge=read_bank(),
        round_uuid=played.round["uuid"],
        speed=options.speed,
        seed=options.seed,
        run=secrets.token_hex(4),
        password=secrets.token_urlsafe(18),
        consent_version=consent["version"],
    )


async def _play(plans: Sequence[Plan], stage: Stage, played: Played, *, progress: Progress) -> None:
    history = played.history
    with progress.step("Đăng ký thí sinh (signing up)") as step:
        tokens = await _sign_up_all(plans, stage, step)
    played.observers = [Observer(stage.client.url, stage.round_uuid, history) for _ in range(OBSERVERS)]
    watchers = [asyncio.create_task(observer.watch()) for observer in played.observers]
    try:
        with progress.step("Dự thi (taking part)") as step:
            ticker = asyncio.create_task(_show(step, history, played.sittings))
            try:
                present = [plan for plan in plans if plan.index in tokens]
                await _together(present, lambda plan: take_part(plan, stage, token=tokens[plan.index]), history)
            finally:
                ticker.cancel()
        with progress.step("Chờ bảng trực tiếp (waiting for the live board)"):
            await _wait_shown(played)
    finally:
        played.watched_until = time.monotonic()
        for task in watchers:
            task.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)


async def _sign_up_all(plans: Sequence[Plan], stage: Stage, step: Step) -> dict[int, str]:
    gate = asyncio.Semaphore(SIGN_UPS_AT_ONCE)
    tokens: dict[int, str] = {}

    async def one(plan: Plan) -> None:
        async with gate:
            tokens[plan.index] = await sign_up(plan, stage)
        step.note = bar(len(tokens), len(plans))

    await _together(plans, one, stage.history)
    return tokens


async def _together(plans: Sequence[Plan], act: Callable[[Plan], Awaitable[None]], history: History) -> None:
    """Let all act at once. Who fails does not end the others: their missing submission fails the rehearsal."""

    async def one(plan: Plan) -> None:
        try:
            await act(plan)
        except (Refused, Unreachable) as error:
            history.faults[f"a citizen gave up: {error}"] += 1

    async with asyncio.TaskGroup() as group:
        for plan in plans:
            group.create_task(one(plan))


async def _show(step: Step, history: History, sittings: int) -> None:
    while True:
        submitted = len(history.submitted_at)
        step.note = f"{bar(submitted, sittings)} đã nộp (submitted), {history.ack_count} câu đã lưu (acks)"
        await asyncio.sleep(0.2)


async def _wait_shown(played: Played) -> None:
    goal = played.base_entries + len(played.history.submitted_at)
    deadline = time.monotonic() + SHOWN_WAIT_S
    while time.monotonic() < deadline and any(observer.entries < goal for observer in played.observers):
        await asyncio.sleep(0.1)


def bar(done: int, total: int) -> str:
    """Draw how far it has come."""
    filled = BAR_WIDTH * done // max(1, total)
    return f"{'█' * filled}{'·' * (BAR_WIDTH - filled)} {done}/{total}"
