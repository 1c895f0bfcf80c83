"""N clients at once: started, pressing at a pace, settled, submitted."""

import asyncio
import random
import time
from contextlib import suppress
from datetime import datetime

from backend.rehearsal.client import Client, Refused, Unreachable
from backend.rehearsal.history import History as Troubles
from backend.rehearsal.http import Http
from tests.faults.load.history import History, Sitting
from tests.faults.load.network import Network, Plain
from tests.faults.load.phone import Phone

AT_ONCE = 8
PACE_S = 0.12
SETTLE_S = 60.0


class Crowd:
    """Use as an async context manager: everybody is let go at the end."""

    def __init__(self, url: str, *, rng: random.Random, pace_s: float = PACE_S) -> None:
        self.url = url
        self.history = History()
        self.phones: list[Phone] = []
        self._rng = rng
        self._pace_s = pace_s
        self._client = Client(url, history=Troubles())
        self._http = Http(url)
        self._tasks: list[asyncio.Task[None]] = []
        self._pressing: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Crowd":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (*self._pressing, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._pressing, *self._tasks, return_exceptions=True)
        await self._http.close()
        await self._client.__aexit__()

    async def sit_down(self, tokens: list[str], *, round_uuid: str, network: Network | None = None) -> None:
        """Start an attempt for each person and open its socket."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(token: str) -> Phone:
            async with gate:
                body = await self._client.post(f"/api/rounds/{round_uuid}/attempts", token=token)
            sitting = Sitting(body["uuid"], token, datetime.fromisoformat(body["deadline_at"]).timestamp())
            self.history.sittings.append(sitting)
            rng = random.Random(self._rng.random())
            phone = Phone(
                self.url,
                sitting,
                {one["item"]: one["kind"] for one in body["items"]},
                history=self.history,
                network=network or Plain(),
                http=self._http,
                rng=rng,
            )
            self._tasks.append(asyncio.create_task(phone.run()))
            return phone

        self.phones += await asyncio.gather(*(one(token) for token in tokens))

    def press_on(self) -> None:
        """Let everybody answer at their pace."""
        self._pressing = [asyncio.create_task(self._press(phone)) for phone in self.phones]

    async def pause(self) -> None:
        """Let everybody stop answering."""
        for task in self._pressing:
            task.cancel()
        await asyncio.gather(*self._pressing, return_exceptions=True)
        self._pressing = []

    async def settle(self, *, wait_s: float = SETTLE_S) -> int:
        """Wait until all that was pressed is called saved; return how many phones still wait."""
        deadline = time.monotonic() + wait_s
        while (waiting := sum(not phone.is_settled for phone in self.phones)) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return waiting

    async def wait_acks(self, more: int, *, wait_s: float = 60.0) -> bool:
        """Wait until `more` answers have been called saved from now on."""
        goal = self.history.ack_count + more
        deadline = time.monotonic() + wait_s
        while self.history.ack_count < goal:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def submit(self, phones: list[Phone], *, prediction: int = 7) -> int:
        """Submit over HTTP, all at once, each asking again until told; return how many were not told."""

        async def one(phone: Phone) -> bool:
            path = f"/api/attempts/{phone.sitting.uuid}/submit"
            phone.sitting.has_left = phone.sitting.has_left or not phone.is_settled
            phone.is_leaving = True
            with suppress(Refused, Unreachable):
                told = await self._client.post(path, {"prediction": prediction}, token=phone.sitting.token)
                phone.sitting.receipts.add(told["receipt"])
                phone.sitting.submitted_at = time.time()
                phone.is_over = True
                return True
            return False

        return (await asyncio.gather(*(one(phone) for phone in phones))).count(False)

    async def _press(self, phone: Phone) -> None:
        while not (phone.is_over or phone.is_leaving):
            await phone.press()
            await asyncio.sleep(self._rng.uniform(0.5, 1.5) * self._pace_s)
