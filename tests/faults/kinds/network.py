"""Faults between phone and server: frames doubled, delayed and reordered; readers and writers that never finish."""

import asyncio
import json
import random
import socket
from contextlib import ExitStack

from tests.faults.load.network import Network, Unruly
from tests.faults.stand import kernel
from tests.faults.stand.servers import WEB
from tests.faults.trial import Scene

CLOSED_S, BUSY_S = 10.0, 3.0  # what is promised, and what a busy machine adds


def unruly(rng: random.Random) -> Network:
    return Unruly(rng, delay_s=1.5)


async def reorder(scene: Scene) -> None:
    """F16: the network is the fault, and phones lose their connections now and then."""
    for _ in range(3 if scene.is_short else 12):
        scene.rng.choice(scene.crowd.phones).drop()
        scene.hit()
        await asyncio.sleep(1 if scene.is_short else scene.seconds / 12)


async def never_read(scene: Scene) -> None:
    """F14: watchers with a tiny window subscribe to a board and never read; nobody else notices, memory stays."""
    before = {name: kernel.memory_mib(scene.stand.pid(name)) for name in WEB}
    count = 10 if scene.is_short else 200
    topic = f"round:{scene.contest['round']}"
    wires: list[socket.socket] = []
    with ExitStack() as opened:
        for _ in range(count):
            wire = opened.enter_context(socket.socket())
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            wire.connect(("127.0.0.1", scene.stand.port))
            wire.sendall(_handshake(scene, "/ws/topics") + _masked(json.dumps({"t": "sub", "topics": [topic]})))
            wires.append(wire)
        for phone in scene.crowd.phones[::2]:
            await scene.crowd.submit([phone])
        await asyncio.sleep(scene.seconds / 2)
        if not await scene.crowd.wait_acks(len(scene.crowd.phones)):
            scene.findings.append("I1 answers stood still while watchers did not read")
        after = {name: kernel.memory_mib(scene.stand.pid(name)) for name in WEB}
        # A watcher that was never let in would have proven nothing.
        scene.hit(sum(_first_bytes(wire).startswith(b"HTTP/1.1 101 ") for wire in wires))
    if scene.hits < count:
        scene.findings.append(f"only {scene.hits} of {count} readers were let in")
    grown = sum(after[name] - before[name] for name in WEB)
    scene.figures["kib_a_reader"] = round(grown * 1024 / count, 1)
    if not scene.is_short and grown * 1024 > 64 * count + 20 * 1024:
        scene.findings.append(f"I11 {count} readers that never read cost {grown:.0f} MiB")


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
    if scene.crowd.history.ack_count == answered:
        scene.findings.append("I1 answers stood still beside connections that dribble")
    if max(lives) > most_s:
        scene.findings.append(f"a connection that dribbles lived {max(lives):.1f} s")


def _handshake(scene: Scene, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{scene.stand.port}\r\nOrigin: {scene.stand.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _first_bytes(wire: socket.socket) -> bytes:
    wire.settimeout(5)
    try:
        return wire.recv(64)
    except OSError:
        return b""


def _masked(text: str) -> bytes:
    """Return a short text frame under a mask of zeros."""
    body = text.encode()
    assert len(body) < 126
    return bytes([0x81, 0x80 | len(body), 0, 0, 0, 0]) + body
