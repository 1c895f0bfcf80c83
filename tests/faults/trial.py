"""One trial: a crowd answers, a fault strikes, everything heals, everything settles, and the rows are held to it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.faults.checks import rows
from tests.faults.checks.answers import find_unsettled, find_wrong_answers
from tests.faults.checks.projections import (
    find_doubles,
    find_wrong_counts_now,
    find_wrong_projections,
    wait_drained,
)
from tests.faults.load.crowd import PACE_S, Crowd
from tests.faults.load.network import Network, Plain
from tests.faults.stand import kernel
from tests.faults.stand.servers import WEB, Stand

RECOVER_S = 30.0  # I10
MEMORY_MIB = 600.0  # I11
SAMPLE_S = 0.7
START_S = 5.0  # a phone asks for its paper again after about ten
NEWCOMERS_MAX = 8  # people who come while a trial is under way


@dataclass
class Scene:
    """What a nemesis works with. It must `hit`: a trial whose fault never struck is no trial."""

    stand: Stand
    crowd: Crowd
    rng: random.Random
    seconds: float
    is_short: bool
    contest: dict[str, str]
    hits: int = 0
    findings: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def patience(self) -> float:
        """By how much limits are stretched: the test run shares its machine, the long form is held to the promise."""
        return 4.0 if self.is_short else 1.0

    def hit(self, count: int = 1) -> None:
        self.hits += count

    async def sit_out(self, most_s: float, *, until: Callable[[], bool], what: str) -> bool:
        """Wait for a condition; where it does not come in time that is a finding."""
        deadline = time.monotonic() + most_s * self.patience
        while not until():
            if time.monotonic() > deadline:
                self.findings.append(f"I10 {what} did not come within {most_s:.0f} s")
                return False
            await asyncio.sleep(0.05)
        return True

    async def come_in(self, what: str) -> None:
        """Let one more person begin; who has to wait long for the paper is a finding."""
        began = time.monotonic()
        await self.crowd.sit_down(self.stand.take_people(1), round_uuid=self.contest["round"])
        waited_s = time.monotonic() - began
        self.figures["longest_start_s"] = max(self.figures.get("longest_start_s", 0.0), round(waited_s, 2))
        if waited_s > START_S * self.patience:
            self.findings.append(f"I10 who came during {what} waited {waited_s:.0f} s for the paper")


Strike = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """How a trial is played. Attempts of the contest `brief` end within it; else half the crowd submits at its end.

    A crowd is `clients_min` people at least in the long form, `short_min` in the short one, each answering every
    `pace_s` seconds.
    """

    strike: Strike
    network: Callable[[random.Random], Network] = lambda _: Plain()
    contest: str = "long"
    is_submitted: bool = True
    clients_min: int = 0
    short_min: int = 0
    pace_s: float = PACE_S

    def crowd_size(self, asked: int, *, is_short: bool) -> int:
        """Return how many people take part where `asked` are asked for."""
        return max(asked, self.short_min if is_short else self.clients_min)


@dataclass(frozen=True)
class Report:
    """What a trial found; nothing found is passed."""

    findings: list[str]
    figures: dict[str, float]
    crowd: Crowd


async def play(
    plan: Plan, stand: Stand, *, seed: int, clients: int, seconds: float, is_short: bool = False, mutation: str = ""
) -> Report:
    """Play one trial on a stand that runs; with a broken promise no longer than it takes to notice."""
    is_until_red, is_brief = bool(mutation), plan.contest == "brief"
    clients = plan.crowd_size(clients, is_short=is_short)
    await asyncio.to_thread(stand.become, mutation)
    await asyncio.to_thread(stand.refresh)
    rng = random.Random(seed)
    contest = stand.world["contests"][mutation or plan.contest]
    started_ns, started_at = time.monotonic_ns(), time.time()
    async with Crowd(stand.url, rng=rng, pace_s=plan.pace_s) as crowd:
        scene = Scene(stand, crowd, rng, seconds, is_short, contest)
        network = plan.network(rng)
        await crowd.sit_down(stand.take_people(clients), round_uuid=contest["round"], network=network)
        crowd.press_on()
        if not await crowd.wait_acks(clients):
            scene.findings.append("nothing was acknowledged before the fault")
        sampler = asyncio.create_task(_sample(scene))
        await plan.strike(scene)
        stand.exchange.heal()
        if is_until_red and _has_been_red(scene):
            sampler.cancel()
            return Report(scene.findings, scene.figures, crowd)
        await _recover(scene)
        await crowd.pause()
        await network.settle()
        await _settle(scene, is_submitted=plan.is_submitted and not is_brief)
        sampler.cancel()
        await asyncio.gather(sampler, return_exceptions=True)
        if not (is_until_red and _has_been_red(scene)):
            await _judge(scene, started_ns=started_ns, started_at=started_at, is_brief=is_brief)
        return Report(scene.findings, scene.figures, crowd)


def _has_been_red(scene: Scene) -> bool:
    """Tell whether something is known to be wrong already, and let the findings say so."""
    scene.findings += [f"I9 {line}" for sitting in scene.crowd.history for line in sitting.missed_on_resume]
    return any(finding.startswith("I") for finding in scene.findings)


async def _sample(scene: Scene) -> None:
    """In any one snapshot, in the middle of the fault as well, the counts are exact and nobody was ended early."""
    stand = scene.stand
    while True:
        await asyncio.sleep(SAMPLE_S)
        # PostgreSQL may be what is hurt.
        with suppress(psycopg.OperationalError):
            scene.findings += await asyncio.to_thread(
                find_wrong_counts_now, stand.database_url, contest_uuid=scene.contest["uuid"]
            )
            scene.findings += [
                f"I7 {line}" for line in await asyncio.to_thread(rows.find_early_endings, stand.database_url)
            ]
            scene.figures["samples"] = scene.figures.get("samples", 0) + 1


async def _recover(scene: Scene) -> None:
    """I10: ready, acknowledging and counted out within half a minute after the last blow was healed."""
    began = time.monotonic()
    most_s = RECOVER_S * scene.patience
    try:
        await asyncio.to_thread(scene.stand.wait_ready, wait_s=most_s)
    except TimeoutError as error:
        scene.findings.append(f"I10 {error}")
    has_open = any(not phone.is_over for phone in scene.crowd.phones)
    if has_open and not await scene.crowd.wait_acks(1, wait_s=max(1.0, began + most_s - time.monotonic())):
        scene.findings.append("I10 nothing was acknowledged after healing")
    scene.figures["recovered_s"] = round(time.monotonic() - began, 2)


async def _settle(scene: Scene, *, is_submitted: bool) -> None:
    crowd = scene.crowd
    if waiting := await crowd.settle():
        scene.findings.append(f"I1 {waiting} phones could not save their answers after healing")
    if is_submitted:
        half = crowd.phones[::2]
        if untold := await crowd.submit([phone for phone in half if not phone.is_over]):
            scene.findings.append(f"I10 {untold} submissions got no receipt")


async def _judge(scene: Scene, *, started_ns: int, started_at: float, is_brief: bool) -> None:
    stand, history = scene.stand, scene.crowd.history
    drained_s = await wait_drained(stand.database_url, wait_s=RECOVER_S * scene.patience)
    if drained_s is None:
        scene.findings.append("I4 facts still wait to be counted")
    stored = await asyncio.to_thread(rows.load, stand.database_url, [one.uuid for one in history])
    scene.findings += find_wrong_answers(history, stored, started_ns=started_ns, started_at=started_at)
    if not is_brief:
        scene.findings += find_unsettled(history, stored)
    scene.findings += find_doubles(stored)
    scene.findings += [
        f"I3 attempt {one.uuid}: {len(one.receipts)} receipts" for one in history if len(one.receipts) > 1
    ]
    scene.findings += await find_wrong_projections(stand.url, stand.database_url, scene.contest)
    memory = max(kernel.memory_mib(stand.pid(name)) for name in (*WEB, "worker"))
    if memory > MEMORY_MIB:
        scene.findings.append(f"I11 a process holds {memory:.0f} MiB")
    if not scene.hits:
        scene.findings.append("the fault never struck")
    words, by_http = (sum(counts) for counts in zip(*(one.words_saved for one in history), strict=True))
    scene.figures |= {
        "acks": history.ack_count,
        "words": words,
        "by_http": by_http,
        "sent": sum(len(one.sent) for one in history),
        "resumes": sum(one.resumes for one in history),
        "hits": scene.hits,
        "memory_mib": round(memory),
        "drained_s": round(drained_s or 0, 2),
        "wall_s": round(time.time() - started_at, 1),
    }
