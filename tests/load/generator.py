"""The load in a process of its own: `python -m tests.load.generator`, an `Order` in, an `Outcome` out, both JSON.

Closed loop: every phone keeps `window` answers in flight and sends the next when one is acknowledged. Open loop:
answers fall due at a fixed rate whatever the server does, and latency counts from the instant an answer was due, so a
server that stalls is charged for everybody who had to wait (no coordinated omission). Nothing here knows Django or the
product: it reads sockets.
"""

import asyncio
import dataclasses
import itertools
import json
import random
import resource
import sys
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvloop

from tests.load import frames
from tests.load.frames import Script
from tests.load.phone import Phone

OPENING_AT_ONCE = 64
SETTLE_S = 15.0
TICK_S = 0.001
# Below the 20 frames a second, 40 at once, that the product lets one socket send: it would refuse the rest unread.
FRAME_EVERY_S = 1 / 19.5
AT_ONCE_S = 30 * FRAME_EVERY_S


@dataclass(frozen=True, slots=True)
class Order:
    """What to do. `seats`: [path, session key] of each socket; `start_seq`: the highest `seq` used before.

    `rate` None: closed loop. `drops_per_s`: sockets lost at random and opened again within two seconds.
    """

    url: str
    origin: str
    seats: list[list[str]]
    seconds: float
    warm_up_s: float = 2.0
    rate: float | None = None
    window: int = 2
    start_seq: int = 0
    drops_per_s: float = 0.0
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """What was seen. `acked`: by seat, the highest acknowledged `seq` of each place; `sent`: by seat, the last one."""

    acks: int = 0
    acks_per_s: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    p999_ms: float = 0.0
    unanswered: int = 0
    reconnects: int = 0
    generator_cpu_s: float = 0.0
    refusals: dict[str, int] = field(default_factory=dict)
    closes: dict[str, int] = field(default_factory=dict)
    acked: list[list[int]] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)


class Load:
    """One run of one order."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.loop = asyncio.get_running_loop()
        script = Script(ahead=order.start_seq + int(25 * order.seconds) + 50)
        parts = urlsplit(order.url)
        self.host, self.port = parts.hostname, parts.port
        self.phones = [
            Phone(
                script=script,
                request=frames.handshake(host=parts.netloc, path=path, origin=order.origin, session_key=key),
                loop=self.loop,
            )
            for path, key in order.seats
        ]
        for phone in self.phones:
            phone.seq = order.start_seq
            phone.on_ack = self._acked
            phone.on_refused = self._refused
        self.acks = 0
        self.reconnects = 0
        self.closes: Counter[str] = Counter()
        self.latencies = array("d")
        self._measure_from = float("inf")
        self._is_over = False
        self._random = random.Random(order.seed)

    async def run(self) -> Outcome:
        await self._open_all()
        started_at = time.monotonic()
        self._measure_from = started_at + self.order.warm_up_s
        ends_at = self._measure_from + self.order.seconds
        nemesis = asyncio.ensure_future(self._drop_some(ends_at)) if self.order.drops_per_s else None
        marks = asyncio.ensure_future(self._count_between(self._measure_from, ends_at))
        if self.order.rate is None:
            await self._keep_full(ends_at)
        else:
            await self._keep_pace(self.order.rate, started_at, ends_at)
        self._is_over = True
        acks, elapsed_s = await marks
        if nemesis is not None:
            await nemesis
        await self._settle()
        return self._outcome(acks, elapsed_s)

    async def _open_all(self) -> None:
        gate = asyncio.Semaphore(OPENING_AT_ONCE)

        async def open_one(phone: Phone) -> None:
            async with gate:
                await self._open(phone)

        await asyncio.gather(*(open_one(phone) for phone in self.phones))

    async def _open(self, phone: Phone) -> None:
        phone.changed.clear()
        await self.loop.create_connection(lambda: phone, self.host, self.port)
        async with asyncio.timeout(30):
            await phone.changed.wait()
        if not phone.is_ready:
            raise ConnectionError(f"a socket was not let in (close code {phone.close_code})")

    async def _keep_full(self, ends_at: float) -> None:
        now = time.monotonic()
        for phone in self.phones:
            for _ in range(self.order.window):
                self._send_next(phone, now)
        await asyncio.sleep(ends_at - time.monotonic())

    async def _keep_pace(self, rate: float, started_at: float, ends_at: float) -> None:
        turn = itertools.cycle(self.phones)
        sent = 0
        while (now := time.monotonic()) < ends_at:
            due_count = int((now - started_at) * rate)
            for number in range(sent, due_count):
                phone = next(turn)
                while not phone.is_ready:  # gone for the moment: the next one answers in its stead
                    phone = next(turn)
                phone.send(started_at + number / rate)
            sent = due_count
            await asyncio.sleep(TICK_S)

    async def _count_between(self, begins_at: float, ends_at: float) -> tuple[int, float]:
        await asyncio.sleep(begins_at - time.monotonic())
        before, at = self.acks, time.monotonic()
        await asyncio.sleep(ends_at - time.monotonic())
        return self.acks - before, time.monotonic() - at

    async def _drop_some(self, ends_at: float) -> None:
        comebacks = []
        while (wait_s := self._random.expovariate(self.order.drops_per_s)) < ends_at - time.monotonic():
            await asyncio.sleep(wait_s)
            phone = self._random.choice(self.phones)
            if phone.is_ready:
                phone.drop()
                comebacks.append(asyncio.ensure_future(self._come_back(phone)))
                comebacks = [one for one in comebacks if not one.done() or one.exception()]
        await asyncio.gather(*comebacks)

    async def _come_back(self, phone: Phone) -> None:
        await asyncio.sleep(self._random.uniform(0.1, 2.0))
        await self._open(phone)
        self.reconnects += 1

    def _acked(self, phone: Phone, due: float | None) -> None:
        self.acks += 1
        now = time.monotonic()
        if due is not None and due >= self._measure_from:
            self.latencies.append(now - due)
        if self.order.rate is None:
            self._send_next(phone, now)

    def _refused(self, phone: Phone, code: str, wait_s: float) -> None:
        if self.order.rate is None and code == "retry":
            self.loop.call_later(wait_s, self._send_late, phone)

    def _send_next(self, phone: Phone, now: float) -> None:
        """Keep the window full, within the rate that the product allows one socket."""
        phone.next_at = max(phone.next_at, now - AT_ONCE_S) + FRAME_EVERY_S
        if phone.next_at > now:
            self.loop.call_later(phone.next_at - now, self._send_late, phone)
        elif not self._is_over:
            phone.send(now)

    def _send_late(self, phone: Phone) -> None:
        if phone.is_ready and not self._is_over:
            phone.send(time.monotonic())

    async def _settle(self) -> None:
        give_up_at = time.monotonic() + SETTLE_S
        while any(phone.in_flight for phone in self.phones) and time.monotonic() < give_up_at:
            await asyncio.sleep(0.05)
        for phone in self.phones:
            if phone.close_code is not None:
                self.closes[str(phone.close_code)] += 1
            phone.hang_up()
        await asyncio.sleep(0.2)

    def _outcome(self, acks: int, elapsed_s: float) -> Outcome:
        ordered = sorted(self.latencies)
        refusals: Counter[str] = Counter()
        for phone in self.phones:
            refusals.update(phone.refusals)
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Outcome(
            acks=self.acks,
            acks_per_s=acks / elapsed_s,
            p50_ms=percentile_ms(ordered, 0.5),
            p99_ms=percentile_ms(ordered, 0.99),
            p999_ms=percentile_ms(ordered, 0.999),
            unanswered=sum(len(phone.in_flight) for phone in self.phones),
            reconnects=self.reconnects,
            generator_cpu_s=used.ru_utime + used.ru_stime,
            refusals=dict(refusals),
            closes=dict(self.closes),
            acked=[phone.acked for phone in self.phones],
            sent=[phone.seq for phone in self.phones],
        )


def percentile_ms(ordered: list[float], share: float) -> float:
    """Return a percentile of sorted seconds in milliseconds; 0.0 of nothing."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2) if ordered else 0.0


async def _run(order: Order) -> Outcome:
    return await Load(order).run()


def main() -> None:
    order = Order(**json.load(sys.stdin))
    started = time.monotonic()
    outcome: dict[str, Any] = dataclasses.asdict(uvloop.run(_run(order)))
    print(f"load: {time.monotonic() - started:.1f} s", file=sys.stderr)
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
