"""One synthetic citizen, from signing up to reading the result."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from backend.rehearsal.client import Client, Refused
from backend.rehearsal.history import AttemptHistory, History
from backend.rehearsal.journal import Reply
from backend.rehearsal.knowledge import Knowledge, recall
from backend.rehearsal.plans import Plan, choose, make_steps, write
from backend.rehearsal.sitting import HttpSitting, Sitting, SocketSitting, submit_by_http

WORKPLACE_TRIES = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """What all citizens of one rehearsal share. `run` makes their addresses new on every run."""

    client: Client
    history: History
    knowledge: Knowledge
    round_uuid: str
    speed: float
    seed: int
    run: str
    password: str
    consent_version: str


async def sign_up(plan: Plan, stage: Stage) -> str:
    """Make an account with consent, ward and perhaps a workplace; return its session token."""
    rng = random.Random(f"{stage.seed}:{plan.index}:profile")  # noqa: S311  # a rehearsal that can be repeated
    account = {"email": f"thi-sinh-{stage.run}-{plan.index}@rehearsal.test", "password": stage.password}
    wishes = {"display_name": plan.name, "consent": True, "consent_version": stage.consent_version}
    try:
        made = await stage.client.post("/_allauth/app/v1/auth/signup", {**account, **wishes})
    except Refused as refusal:
        # The answer to the first try was lost on the way; the account is there.
        if refusal.code != "email_taken":
            raise
        made = await stage.client.post("/_allauth/app/v1/auth/login", account)
    token = str(made["meta"]["session_token"])
    wards = (await stage.client.get("/api/units", facet="territory", q=plan.ward_words))["results"]
    await stage.client.patch("/api/me", {"territory": rng.choice(wards)["id"]}, token=token)
    if plan.has_workplace:
        await _choose_workplace(stage, token=token, rng=rng)
    return token


async def _choose_workplace(stage: Stage, *, token: str, rng: random.Random) -> None:
    """Choose one of the first that are offered; some only group others and are refused, so a person tries again."""
    offered = (await stage.client.get("/api/units", facet="workplace", limit=50))["results"]
    for unit in rng.sample(offered, min(WORKPLACE_TRIES, len(offered))):
        try:
            await stage.client.patch("/api/me", {"workplace": unit["id"]}, token=token)
        except Refused as refusal:
            if refusal.code != "unknown_unit":
                raise
        else:
            return


async def take_part(plan: Plan, stage: Stage, *, token: str) -> None:
    """Arrive, sit the attempts of the plan, and read each result as the phone does."""
    await asyncio.sleep(plan.arrives_s)
    await stage.client.get("/api/contests", token=token)
    for number in range(1, plan.sittings + 1):
        await _sit(plan, stage, token=token, number=number)


async def _sit(plan: Plan, stage: Stage, *, token: str, number: int) -> None:
    rng = random.Random(f"{stage.seed}:{plan.index}:{number}")  # noqa: S311  # a rehearsal that can be repeated
    paper = await _start(plan, stage, token=token)
    attempt = AttemptHistory(uuid=paper["uuid"], token=token)
    stage.history.attempts.append(attempt)
    kind = HttpSitting if plan.is_http else SocketSitting
    sitting: Sitting = kind(client=stage.client, attempt=attempt, history=stage.history)
    try:
        await _answer_all(plan, stage, sitting, paper, rng=rng)
        await sitting.settle()
        await _submit(plan, stage, sitting, attempt, _predict(paper, rng))
    finally:
        await sitting.close()
    result = await stage.client.get(f"/api/attempts/{attempt.uuid}/result", token=token)
    attempt.shown_correct_count = result["correct_count"]


async def _start(plan: Plan, stage: Stage, *, token: str) -> Any:
    """Start an attempt; some press twice, and must get the same paper."""
    path = f"/api/rounds/{stage.round_uuid}/attempts"
    presses = 2 if plan.starts_twice else 1
    papers = await asyncio.gather(*(_press(stage, path, token=token) for _ in range(presses)))
    if len({paper["uuid"] for paper in papers}) > 1:
        stage.history.faults["two attempts from one start"] += 1
    return papers[0]


async def _press(stage: Stage, path: str, *, token: str) -> Any:
    """Press start and return the paper, having waited in the line where there was one."""
    while "uuid" not in (told := await stage.client.post(path, token=token)):
        await asyncio.sleep(told["retry_ms"] / 1000)
    return told


async def _answer_all(plan: Plan, stage: Stage, sitting: Sitting, paper: Any, *, rng: random.Random) -> None:
    items = {item["item"]: item for item in paper["items"]}
    for step in make_steps(plan, len(items), rng=rng):
        await asyncio.sleep(step.pause_s / stage.speed)
        if step.is_dropped_before:
            await sitting.drop()
            await asyncio.sleep(step.away_s / stage.speed)
        item = items[step.item]
        await sitting.answer(step.item, _reply(plan, stage, item, rng=rng))


def _reply(plan: Plan, stage: Stage, item: Any, *, rng: random.Random) -> Reply:
    if "max_length" in item:
        return write(item["kind"], rng=rng)
    known, is_single = recall(stage.knowledge, item), item["kind"] == "single"
    return choose(known, len(item["options"]), is_single, skill=plan.skill, rng=rng)


async def _submit(plan: Plan, stage: Stage, sitting: Sitting, attempt: AttemptHistory, prediction: int | None) -> None:
    """Submit by one way or the other; some press twice, or once more from another tab."""
    times = 2 if plan.submits_twice else 1
    if not plan.submits_by_http:
        await sitting.submit(prediction, times=times)
    if plan.submits_by_http or plan.submits_twice:
        presses = (submit_by_http(stage.client, stage.history, attempt, prediction) for _ in range(times))
        await asyncio.gather(*presses)


def _predict(paper: Any, rng: random.Random) -> int | None:
    if not paper.get("prediction") or rng.random() < 0.1:
        return None
    low, high = paper["prediction"].get("min") or 0, paper["prediction"].get("max") or 1000
    return rng.randint(low, min(high, low + 1000))
