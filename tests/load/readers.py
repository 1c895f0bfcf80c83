"""Readers beside a regrade: they poll boards and own results and keep what they were told, to be judged afterwards."""

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from backend.rehearsal.http import Broken, Http

BOARD_PAUSE_S = 0.1
RESULT_PAUSE_S = 0.5
OF_THE_READING = {"epoch", "version", "as_of", "next"}  # the cursor is signed with the time


@dataclass(frozen=True, slots=True)
class Page:
    """Something to read: an address, and the session to read it with."""

    path: str
    unit: str = ""
    token: str = ""


@dataclass(slots=True)
class Readers:
    """Polls until stopped. Nobody takes part meanwhile: under one version of the keys a page has one true content."""

    http: Http
    boards: list[Page]
    results: list[Page]
    waits: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    seen: dict[tuple[Page, int], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Read boards with two readers and own results with one."""
        rng = random.Random(1)
        await asyncio.gather(
            self._poll(self.boards, BOARD_PAUSE_S, rng),
            self._poll(self.boards, BOARD_PAUSE_S, rng),
            self._poll(self.results, RESULT_PAUSE_S, rng),
        )

    def stop(self) -> None:
        self._stop.set()

    async def truth(self) -> dict[tuple[Page, int], str]:
        """Read every page once while nothing changes."""
        return dict([await self._read(page) for page in (*self.boards, *self.results)])

    def mixed(self, *truths: dict[tuple[Page, int], str]) -> int:
        """Return how many answers were neither wholly of one version nor wholly of another."""
        true = {key: content for truth in truths for key, content in truth.items()}
        return sum(
            number for key, told in self.seen.items() for content, number in told.items() if content != true.get(key)
        )

    async def _poll(self, pages: list[Page], pause_s: float, rng: random.Random) -> None:
        while not self._stop.is_set():
            at = time.monotonic()
            try:
                key, content = await self._read(rng.choice(pages))
            except (Broken, ConnectionError) as error:
                self.failures[str(error)] += 1
            else:
                self.seen[key][content] += 1
            self.waits.append(time.monotonic() - at)
            await asyncio.sleep(pause_s)

    async def _read(self, page: Page) -> tuple[tuple[Page, int], str]:
        headers = {"X-Session-Token": page.token} if page.token else {}
        answer = await self.http.request(
            "GET", page.path, query={"unit": page.unit} if page.unit else None, body=None, headers=headers
        )
        if answer.status != 200:
            raise ConnectionError(f"status {answer.status}")
        told = json.loads(answer.body)
        key_version = int(told["epoch"].split(".")[0])
        content = {name: value for name, value in told.items() if name not in OF_THE_READING}
        return (page, key_version), json.dumps(content, sort_keys=True)
