"""Faults between phone and server: frames doubled, delayed and reordered; readers and writers that never finish."""

import asyncio
import json
import random
import socket
import time
from contextlib import ExitStack, suppress

from tests.faults.load.network import Network, Unruly
from tests.faults.stand import kernel
from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

CLOSED_S, BUSY_S = 10.0, 3.0  # what is promised, and what a busy machine adds
TEXT, PING = 0x1, 0x9  # RFC 6455, 11.8
ASKERS = 4
FILLING = 40_000  # pings of the protocol for each asker: their pongs are more than a kernel holds (tcp_wmem, 4 MiB)
# More than the 64 replies that may wait, with fewer refusals for rate than the 40 that would close the socket for it.
ASKED, PORTIONS = 75, 5
TOLD_S = 15.0  # who answers no ping of the server's is closed as well, but after forty seconds


def unruly(rng: random.Random) -> Network:
    return Unruly(rng, delay_s=1.5)


async def reorder(scene: Scene) -> None:
    """F16: the network is the fault, and phones lose their connections now and then."""
    for _ in range(3 if scene.is_short else 12):
        scene.rng.choice(scene.crowd.phones).drop()
        scene.hit()
        await asyncio.sleep(1 if scene.is_short else scene.seconds / 12)


async def never_read(scene: Scene) -> None:
    """F14: watchers with a tiny window never read; those who ask and ask are closed as too slow, nobody else notices.

    First the askers fill what the kernel and the server hold back for each; then they want more replies than may wait.
    """
    stand, count = scene.stand, 10 if scene.is_short else 200
    before = {name: kernel.memory_mib(stand.pid(name)) for name in WEB}
    others = await asyncio.to_thread(stand.count_topic_sockets)
    with ExitStack() as opened:
        wires = [opened.enter_context(socket.socket()) for _ in range(count)]
        await asyncio.to_thread(_let_in, scene, wires)
        if await _sockets_become(scene, others + count) != others + count:
            scene.findings.append(f"not all of {count} readers were let in")
        for phone in scene.crowd.phones[::2]:
            await scene.crowd.submit([phone])
        await asyncio.to_thread(_ask, wires[:ASKERS])
        # All are open on our side: it was the server who closed.
        closed = others + count - await _sockets_become(scene, others + count - ASKERS)
        scene.hit(closed)
        if closed != ASKERS:
            scene.findings.append(f"{closed} were closed as too slow, not the {ASKERS} who asked and did not read")
        if not await scene.crowd.wait_acks(len(scene.crowd.phones)):
            scene.findings.append("I1 answers stood still while watchers did not read")
        after = {name: kernel.memory_mib(stand.pid(name)) for name in WEB}
    grown = sum(after[name] - before[name] for name in WEB)
    scene.figures["kib_a_reader"] = round(grown * 1024 / count, 1)
    # What waits for one who takes nothing is bounded, however much was asked for.
    if not scene.is_short and grown * 1024 > 64 * count + 20 * 1024:
        scene.findings.append(f"I11 {count} readers that never read cost {grown:.0f} MiB")


async def _sockets_become(scene: Scene, wanted: int) -> int:
    """Wait until so many topic sockets are open; return how many are in the end."""
    deadline = time.monotonic() + TOLD_S
    while (found := await asyncio.to_thread(scene.stand.count_topic_sockets)) != wanted and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    return found


def _let_in(scene: Scene, wires: list[socket.socket]) -> None:
    watch = _masked(json.dumps({"t": "sub", "topics": [f"round:{scene.contest['round']}"]}))
    for wire in wires:
        wire.settimeout(30)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.connect(("127.0.0.1", scene.stand.port))
        wire.sendall(_handshake(scene, "/ws/topics"))
        # What is sent before the server has agreed need not be read, and who then says nothing is closed for silence.
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            byte = wire.recv(1)
            if not byte:
                raise ConnectionError(answer)
            answer += byte
        wire.sendall(watch)


def _ask(wires: list[socket.socket]) -> None:
    for wire in wires:
        with suppress(OSError):
            wire.sendall(_masked("x" * 125, opcode=PING) * FILLING)
    # Bit by bit: all at once they would be too many for somebody who reads as well.
    for _ in range(PORTIONS):
        for wire in wires:
            with suppress(OSError):
                wire.sendall(_masked(json.dumps({"t": "ping"})) * (ASKED // PORTIONS))
        time.sleep(0.2)


async def dribble(scene: Scene) -> None:
    """F15: handshakes and bodies that arrive a byte a second are closed within ten seconds; others go on."""
    count = 20 if scene.is_short else 1000
    most_s = CLOSED_S + BUSY_S * scene.patience
    answered = scene.crowd.history.ack_count
    head = f"POST /api/rounds/x/attempts HTTP/1.1\r\nHost: 127.0.0.1:{scene.stand.port}\r\nContent-Length: 99\r\n"
    begun = [head.encode() + b"X-Slow: ", head.encode() + b"\r\n{"]

    async def one(number: int) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.stand.port)
        began = asyncio.get_running_loop().time()
        try:
            writer.write(begun[number % 2])
            while asyncio.get_running_loop().time() - began < 2 * most_s:
                writer.write(b"a")
                await writer.drain()
                try:
                    async with asyncio.timeout(1):
                        while await reader.read(4096):
                            pass
                        break
                except TimeoutError:
                    continue
        except OSError:
            pass
        finally:
            writer.transport.abort()
        return asyncio.get_running_loop().time() - began

    lives = await asyncio.gather(*(one(number) for number in range(count)))
    scene.hit(count)
    scene.figures["longest_s"] = round(max(lives), 1)
    if scene.crowd.history.ack_count - answered < len(scene.crowd.phones):
        scene.findings.append("I1 answers stood still beside connections that dribble")
    if max(lives) > most_s:
        scene.findings.append(f"a connection that dribbles lived {max(lives):.1f} s")


def _handshake(scene: Scene, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{scene.stand.port}\r\nOrigin: {scene.stand.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _masked(text: str, *, opcode: int = TEXT) -> bytes:
    """Return a short frame under a mask of zeros."""
    body = text.encode()
    assert len(body) < 126
    return bytes([0x80 | opcode, 0x80 | len(body), 0, 0, 0, 0]) + body
