"""One client: answers, keeps a journal until the server calls them saved, comes back whenever the line breaks."""

import asyncio
import json
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from backend.rehearsal.http import Broken, Http
from backend.rehearsal.journal import Answer, Journal
from tests.faults.load import words
from tests.faults.load.history import BY_HTTP, History, Kind, Sitting
from tests.faults.load.network import Network

OPEN_S = 8.0
PATIENCE_S = 3.0  # unanswered for so long, an answer is sent again
BACKOFF_S = (0.1, 0.2, 0.4, 0.8, 1.6)
OPTIONS = 4
# What is longer goes by HTTP: the socket takes frames of 8 KiB.
FRAME_MAX = 7 * 1024


class Phone:
    """Works on one attempt that was started. `run` keeps the socket open; `press` answers.

    `kinds` are those of the paper's questions by place. `http` carries texts that are too long for the socket.
    """

    def __init__(
        self,
        url: str,
        sitting: Sitting,
        kinds: Mapping[int, str],
        *,
        history: History,
        network: Network,
        http: Http,
        rng: random.Random,
    ) -> None:
        self.sitting = sitting
        self.connected = asyncio.Event()
        self.is_over = False
        self.is_leaving = False  # presses no more
        self.spread_s = 0.0  # how far a crowd spreads its return over time
        self.is_in_step = False  # comes back without jitter, at the very instant that all others do
        self._url = url
        self._kinds = kinds
        self._history = history
        self._network = network
        self._http = http
        self._rng = rng
        self._journal = Journal()
        self._socket: ClientConnection | None = None
        self._sent_at: dict[tuple[int, int], float] = {}
        self._posts: set[asyncio.Task[None]] = set()
        self._failures = 0

    @property
    def is_settled(self) -> bool:
        return not self._journal.waiting or self.is_over

    async def run(self) -> None:
        """Connect and read, again and again, until the attempt is over or the task is cancelled."""
        resender = asyncio.create_task(self._resend_for_ever())
        try:
            while not self.is_over:
                with suppress(WebSocketException, OSError, TimeoutError, ValueError):
                    await self._talk()
                self.connected.clear()
                if not self.is_over:
                    most_s = self.spread_s or BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
                    await asyncio.sleep(most_s if self.is_in_step else self._rng.uniform(0, most_s))
                    self._failures += 1
        finally:
            for task in (resender, *self._posts):
                task.cancel()
            await asyncio.gather(resender, *self._posts, return_exceptions=True)

    async def press(self) -> None:
        """Choose or write something somewhere; whether it arrives is told later."""
        wordy = [item for item, kind in self._kinds.items() if kind in {words.SHORT_TEXT, words.ESSAY}]
        if wordy and self._rng.random() < words.WORDS_SHARE:
            item = self._rng.choice(wordy)
            text = words.write(self._kinds[item], self._journal.top + 1, rng=self._rng)
            answer = self._journal.write(item, text)
        else:
            item = self._rng.choice([item for item in self._kinds if item not in wordy])
            answer = self._journal.choose(item, [self._rng.randint(1, OPTIONS)])
        await self._send(answer)

    def drop(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _talk(self) -> None:
        address = f"{self._url.replace('http', 'ws', 1)}/ws/attempts/{self.sitting.uuid}"
        held = self.sitting.held
        async with connect(
            address,
            origin=Origin(self._url),
            additional_headers={"X-Session-Token": self.sitting.token},
            compression=None,
            open_timeout=OPEN_S,
            close_timeout=1,
            ping_interval=None,
            proxy=None,
        ) as socket:
            async with asyncio.timeout(OPEN_S):
                hello = json.loads(await socket.recv())
            if hello["t"] != "hello":
                self._heard(hello)
                return
            self._failures = 0
            self.sitting.compare_resume(hello["saved"], held=held)
            for line in hello["saved"]:
                self._saved(line["item"], line["seq"], "resume")
            self._socket = socket
            self.connected.set()
            try:
                for answer in self._journal.to_send():
                    await self._send(answer)
                async for raw in socket:
                    for _ in range(self._network.copies()):
                        self._heard(json.loads(raw))
            finally:
                self._socket = None
                for answer in self._journal.to_send():
                    self.sitting.note(Kind.INFO, answer.item, answer.seq, answer.reply, "line broke")

    async def _send(self, answer: Answer) -> None:
        self._sent_at[answer.item, answer.seq] = time.monotonic()
        self.sitting.note(Kind.INVOKE, answer.item, answer.seq, answer.reply)
        frame = {"t": "answer" if answer.text is None else "text", **answer.frame()}
        # As browsers write it: letters as they are.
        message = json.dumps(frame, ensure_ascii=False)
        await self._network.carry(message, self._put if len(message.encode()) <= FRAME_MAX else self._post)

    async def _put(self, frame: str) -> None:
        if self._socket is not None:
            with suppress(WebSocketException, OSError):
                await self._socket.send(frame)

    async def _post(self, frame: str) -> None:
        """Let it go by HTTP while everything else goes on."""
        task = asyncio.create_task(self._tell_by_http(json.loads(frame)))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _tell_by_http(self, frame: dict[str, Any]) -> None:
        answer = {name: value for name, value in frame.items() if name != "t"}
        path, headers = f"/api/attempts/{self.sitting.uuid}/answers", {"X-Session-Token": self.sitting.token}
        with suppress(Broken, TimeoutError):
            async with asyncio.timeout(OPEN_S):
                told = await self._http.request("POST", path, query=None, body={"answers": [answer]}, headers=headers)
            if told.status == HTTPStatus.GONE:
                self._refused(answer["seq"], "attempt_closed")
            elif told.status == HTTPStatus.OK:
                body = told.json()
                for line in body["saved"]:
                    self._saved(line["item"], line["seq"], BY_HTTP)
                for line in body["refused"]:
                    self._refused(line["seq"], line["code"])
            else:
                self._history.troubles[f"HTTP {told.status}"] += 1

    async def _resend_for_ever(self) -> None:
        while True:
            await asyncio.sleep(PATIENCE_S / 4)
            before = time.monotonic() - PATIENCE_S
            for answer in self._journal.to_send():
                if self._socket is not None and self._sent_at[answer.item, answer.seq] < before:
                    self.sitting.note(Kind.INFO, answer.item, answer.seq, answer.reply, "no word")
                    await self._send(answer)

    def _heard(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "saved":
                self._saved(message["item"], message["seq"], "superseded" if message.get("superseded") else "")
            case "err":
                self._history.troubles[message["code"]] += 1
                if message.get("ref") is not None:
                    self._refused(message["ref"], message["code"])
            case "submitted":
                self.sitting.receipts.add(message["receipt"])
            case "closed":
                self._history.troubles[f"closed: {message['reason']}"] += 1
                self.is_over = self.is_over or message["reason"] in {"submitted", "expired"}

    def _saved(self, item: int, seq: int, note: str) -> None:
        self.sitting.note(Kind.OK, item, seq, (), note)
        self._journal.settle(item, seq)

    def _refused(self, seq: int, code: str) -> None:
        for answer in self._journal.to_send():
            if answer.seq == seq:
                kind = Kind.INFO if code in {"retry", "rate"} else Kind.FAIL
                self.sitting.note(kind, answer.item, seq, answer.reply, code)
                if code == "attempt_closed":
                    self.is_over = True
