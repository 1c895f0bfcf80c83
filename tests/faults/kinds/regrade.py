"""F25: a key was wrong. Corrected while people answer and submit; who computes and who applies dies on the way."""

import asyncio
from contextlib import suppress
from typing import Any

from backend.rehearsal.client import Client, Refused, Unreachable
from backend.rehearsal.history import History as Troubles
from tests.faults.checks import rows
from tests.faults.load.words import ACCEPTED, ACCEPTED_LATER
from tests.faults.stand import kernel
from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

# Between what was written and its commit.
COMPUTING, APPLYING = "mid_regrade:kill", "mid_apply:kill"


async def regrade(scene: Scene) -> None:
    """F25: apply one, cancel one, apply another; the worker dies twice in each, who applies dies; counts stay exact.

    In the short form the worker dies once and nobody else does, and nothing is applied after what was cancelled.
    """
    stand, crowd = scene.stand, scene.crowd
    await crowd.submit(crowd.phones[::3])
    async with Client(stand.url, history=Troubles()) as client:
        room = _Room(client, scene)
        await room.play(first_key=3, texts=(ACCEPTED, ACCEPTED_LATER), apply=True, deaths=1 if scene.is_short else 2)
        await crowd.submit(crowd.phones[1::3])
        await room.play(first_key=4, texts=(ACCEPTED_LATER,), apply=False, deaths=0 if scene.is_short else 2)
        if not scene.is_short:
            await room.play(first_key=1, texts=(ACCEPTED_LATER,), apply=True, deaths=2)
    left = await asyncio.to_thread(rows.count_cancelled_results, stand.database_url)
    for _ in range(300):
        if not left:
            return
        await asyncio.sleep(0.1)
        left = await asyncio.to_thread(rows.count_cancelled_results, stand.database_url)
    scene.findings.append(f"I12 {left} results of a cancelled regrade are left")


class _Room:
    """The incident room as two editors use it."""

    def __init__(self, client: Client, scene: Scene) -> None:
        self._client = client
        self._scene = scene
        self._path = f"/api/staff/contests/{scene.contest['key']}/regrades"
        self._author, self._approver = scene.stand.world["editors"]

    async def play(self, *, first_key: int, texts: tuple[str, ...], apply: bool, deaths: int) -> None:
        """Propose other keys for the first question with options and the first short text, and bring them to their end.

        The worker dies so many times on the way.
        """
        stand = self._scene.stand
        names = (stand.database_url, self._scene.contest["uuid"])
        question = await asyncio.to_thread(rows.first_question, *names)
        written = await asyncio.to_thread(rows.first_question, *names, kind="short_text")
        body = {
            "reason": "Đáp án sai",
            "changes": [
                {**question, "kind": "correct_key", "keys": [[first_key]]},
                {**written, "kind": "accept_several" if len(texts) > 1 else "correct_key", "texts": texts},
            ],
        }
        made = await self._client.post(self._path, body, token=self._author)
        await self._compute(made, deaths)
        # Both, for either may be asked. Four starts of web are too dear for the short form.
        webs = WEB if apply and not self._scene.is_short else ()
        doomed = await asyncio.gather(*(asyncio.to_thread(stand.doom, web, APPLYING) for web in webs))
        await self._until(made, "computed")
        if not apply:
            await self._step(made, "cancel", self._author)
            return
        await self._step(made, "approve", self._approver)
        await self._step(made, "apply", self._author)
        await self._until(made, "applied")
        # The word was given at the third asking at the latest: whoever took it before is dead.
        died = sum(await asyncio.gather(*(asyncio.to_thread(kernel.wait_gone, pid, wait_s=0.1) for pid in doomed)))
        self._scene.hit(died)
        if doomed and not died:
            self._scene.findings.append(f"{APPLYING}: nobody died who applied")

    async def _compute(self, made: dict[str, Any], deaths: int) -> None:
        """Let so many lives of the worker, one after the other, die with a batch taken over and not committed."""
        stand = self._scene.stand
        doomed = await asyncio.to_thread(stand.doom, "worker", COMPUTING) if deaths else 0
        # Before anything is to be computed: the first of them may die at once.
        if deaths > 1:
            stand.prepare("worker", FP=COMPUTING, FAILPOINTS="on")
        await self._step(made, "compute", self._author)
        for left in reversed(range(deaths)):
            if not await asyncio.to_thread(kernel.wait_gone, doomed, wait_s=60):
                self._scene.findings.append(f"{COMPUTING}: the worker never came to compute")
                return
            self._scene.hit()
            if left:
                doomed = await self._next_life(doomed)

    async def _next_life(self, before: int) -> int:
        stand = self._scene.stand
        await self._scene.sit_out(30, until=lambda: stand.pid("worker") != before, what="the worker's next life")
        return stand.pid("worker")

    async def _step(self, made: dict[str, Any], step: str, who: str) -> None:
        body = None if step == "compute" else {"reason": "Đã xem"}
        for _ in range(20):
            try:
                await self._client.post(f"{self._path}/{made['uuid']}/{step}", body, token=who)
                return
            except Unreachable:
                continue
            except Refused as refusal:
                if refusal.status < 500 and refusal.code not in {"retry", "busy"}:
                    raise
                await asyncio.sleep(0.2)

    async def _until(self, made: dict[str, Any], state: str) -> None:
        found = {"state": "unknown"}
        for _ in range(600):
            with suppress(Unreachable):
                found = await self._client.get(f"{self._path}/{made['uuid']}", token=self._author)
            if found["state"] == state:
                return
            await asyncio.sleep(0.1)
        self._scene.findings.append(f"I12 the regrade is {found['state']}, not {state}")
