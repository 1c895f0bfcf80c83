"""One attempt being sat: answers leave at once and are resent until the server calls them saved."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Origin

from backend.rehearsal.client import Client, Unreachable
from backend.rehearsal.history import AttemptHistory, History
from backend.rehearsal.journal import Answer, Journal, Reply

SILENCE_S = 5.0  # a phone that hears nothing for so long takes the connection for dead
OPEN_S = 15.0
TRIES = 12
BACKOFF_S = 0.3
BACKOFF_MAX_S = 5.0
SUBMIT_S = 15.0


class SocketSitting:
    """Answers over `/ws/attempts/{uuid}`; reconnects by itself whenever something has to be sent."""

    def __init__(self, *, client: Client, attempt: AttemptHistory, history: History) -> None:
        self._client = client
        self._attempt = attempt
        self._history = history
        self._journal = Journal()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._sent_at: dict[tuple[int, int], float] = {}
        self._news = asyncio.Event()
        self._pause_s = 0.0
        self._has_connected = False

    async def answer(self, item: int, reply: Reply) -> None:
        """Note the press and send it; nobody waits for the answer here."""
        answer = self._journal.give(item, reply)
        self._history.note_sent(self._attempt, answer, at=time.monotonic())
        if self._socket is None:
            await self._connect()
        else:
            await self._send(answer)

    async def drop(self) -> None:
        """Lose the connection as a phone in a tunnel does: without a word."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._forget_socket()

    async def settle(self) -> None:
        """Return once everything pressed is called saved. Raises Unreachable where that never comes."""
        for _ in range(TRIES):
            if not await self._hears_all_saved():
                await self.drop()
                await self._connect()
            else:
                return
        raise Unreachable("answers stayed unsaved")

    async def submit(self, prediction: int | None, *, times: int) -> None:
        """Send the submission, `times` over, and wait for the receipt. Raises Unreachable."""
        for _ in range(TRIES):
            if self._socket is None and not await self._connect():
                break  # the attempt is closed: an earlier submission has arrived, and HTTP tells its receipt
            with suppress(WebSocketException, OSError):
                for _ in range(times):
                    if self._socket is not None:
                        await self._socket.send(json.dumps({"t": "submit", "prediction": prediction}))
            with suppress(TimeoutError):
                async with asyncio.timeout(SUBMIT_S):
                    while self._socket is not None and not self._attempt.receipts:
                        await self._hear()
            if self._attempt.receipts:
                return
            await asyncio.sleep(self._pause_s or BACKOFF_S)
        if not self._attempt.receipts:
            await submit_by_http(self._client, self._history, self._attempt, prediction)

    async def close(self) -> None:
        """Leave politely."""
        if self._socket is not None:
            with suppress(WebSocketException, OSError, TimeoutError):
                async with asyncio.timeout(2):
                    await self._socket.close()
        await self._forget_socket()

    async def _hears_all_saved(self) -> bool:
        """Wait while the server goes on talking; False where it fell silent or the connection broke."""
        while self._journal.waiting:
            if self._socket is None:
                return False
            pause_s, self._pause_s = self._pause_s, 0.0
            if pause_s:
                await asyncio.sleep(pause_s)
                await self._resend()
                continue  # while that went out, everything may have been answered
            try:
                async with asyncio.timeout(SILENCE_S):
                    await self._hear()
            except TimeoutError:
                return False
        return True

    async def _hear(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def _connect(self) -> bool:
        """Open the socket, compare what the server holds, resend the rest. False: the attempt is closed."""
        url = self._client.url.replace("http", "ws", 1) + f"/ws/attempts/{self._attempt.uuid}"
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(min(BACKOFF_MAX_S, BACKOFF_S * 2**attempt))
            try:
                socket = await connect(
                    url,
                    origin=Origin(self._client.url),
                    additional_headers={"X-Session-Token": self._attempt.token},
                    compression=None,
                    open_timeout=OPEN_S,
                    close_timeout=1,
                    ping_interval=None,  # the server asks; answering is the library's
                    proxy=None,
                )
                async with asyncio.timeout(OPEN_S):
                    hello = json.loads(await socket.recv())
            except (WebSocketException, OSError, TimeoutError) as error:
                status = f" {error.response.status_code}" if isinstance(error, InvalidStatus) else ""
                self._history.faults[f"socket did not open: {type(error).__name__}{status}"] += 1
                continue
            if hello["t"] != "hello":
                return False
            self._history.reconnects += self._has_connected
            self._has_connected = True
            self._take_over(socket, hello["saved"])
            await self._resend()
            return True
        raise Unreachable(url)

    def _take_over(self, socket: ClientConnection, saved: list[dict[str, Any]]) -> None:
        self._attempt.compare_resume(saved)
        for line in saved:
            # Stored, but its ack was lost on the way: the resume itself is the word that it is saved.
            self._history.note_resumed(self._attempt, line["item"], line["seq"])
            self._journal.settle(line["item"], line["seq"])
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket))

    async def _resend(self) -> None:
        for answer in self._journal.to_send():
            if (answer.item, answer.seq) in self._sent_at:
                self._history.resent += 1
            await self._send(answer)

    async def _send(self, answer: Answer) -> None:
        if self._socket is None:
            return
        self._sent_at[answer.item, answer.seq] = time.monotonic()
        # A broken connection is noticed by the reader; the journal keeps the answer.
        with suppress(WebSocketException, OSError):
            await self._socket.send(json.dumps({"t": "answer" if answer.text is None else "text", **answer.frame()}))

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(WebSocketException, OSError):
            async for raw in socket:
                self._heard(json.loads(raw))
        if self._socket is socket:
            self._socket = None
        self._news.set()

    def _heard(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "saved":
                self._saved(message["item"], message["seq"])
            case "submitted":
                self._history.note_receipt(self._attempt, message["receipt"], at=time.monotonic())
            case "err" if "retry_ms" in message:
                self._history.faults[f"told to retry: {message['code']}"] += 1
                self._pause_s = message["retry_ms"] / 1000
            case "err":
                self._history.faults[f"answer refused: {message['code']}"] += 1
        self._news.set()

    def _saved(self, item: int, seq: int) -> None:
        now = time.monotonic()
        sent_at = self._sent_at.get((item, seq), now)
        self._history.note_saved(self._attempt, item, seq, sent_at=sent_at, at=now, http=False)
        self._journal.settle(item, seq)

    async def _forget_socket(self) -> None:
        self._socket = None
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None


class HttpSitting:
    """Answers over plain HTTP, as a phone does where sockets do not get through."""

    def __init__(self, *, client: Client, attempt: AttemptHistory, history: History) -> None:
        self._client = client
        self._attempt = attempt
        self._history = history
        self._journal = Journal()

    async def answer(self, item: int, reply: Reply) -> None:
        """Send everything that waits, the new press last, and note what the server calls saved."""
        self._history.note_sent(self._attempt, self._journal.give(item, reply), at=time.monotonic())
        await self._flush()

    async def drop(self) -> None:
        """There is no connection to lose."""

    async def settle(self) -> None:
        """Return once everything pressed is called saved. Raises Unreachable where that never comes."""
        for _ in range(TRIES):
            if not self._journal.waiting:
                return
            await self._flush()
        raise Unreachable("answers stayed unsaved")

    async def submit(self, prediction: int | None, *, times: int) -> None:
        """Submit, `times` at once."""
        calls = (submit_by_http(self._client, self._history, self._attempt, prediction) for _ in range(times))
        await asyncio.gather(*calls)

    async def close(self) -> None:
        """Nothing is held open."""

    async def _flush(self) -> None:
        sent_at = time.monotonic()
        answers = [answer.frame() for answer in self._journal.to_send()]
        path = f"/api/attempts/{self._attempt.uuid}/answers"
        told = await self._client.post(path, {"answers": answers}, token=self._attempt.token)
        now = time.monotonic()
        for line in told["saved"]:
            self._history.note_saved(self._attempt, line["item"], line["seq"], sent_at=sent_at, at=now, http=True)
            self._journal.settle(line["item"], line["seq"])
        for line in told.get("refused", ()):
            self._history.faults[f"answer refused: {line['code']}"] += 1


Sitting = SocketSitting | HttpSitting


async def submit_by_http(client: Client, history: History, attempt: AttemptHistory, prediction: int | None) -> None:
    """Submit over HTTP and note the receipt."""
    body = {"prediction": prediction}
    told = await client.post(f"/api/attempts/{attempt.uuid}/submit", body, token=attempt.token)
    history.note_receipt(attempt, told["receipt"], at=time.monotonic())
