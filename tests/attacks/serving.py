"""The product's own `serve` command as a process of its own, and ways to speak to it that no good client has."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connection

METRICS_TOKEN = "a token for scraping, only for tests"


@dataclass
class Live:
    """A running web process. `log` holds everything it ever printed."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(log: Path, **environment: str) -> Live:
    """Start `python -m backend serve` on the tests' own database and wait until it answers."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": _url_of_the_test_database(),
                "REDIS_URL": settings.REDIS_URL,
                "SECRET_KEY": settings.SECRET_KEY,
                "THROWAWAY_DATABASE": "on",
                "DB_POOL_MAX": "8",
                "PORT": str(port),
                "ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
                "LOG_FORMAT": "json",
                "METRICS_TOKEN": METRICS_TOKEN,
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    live = Live(process, port, log)
    give_up_at = time.monotonic() + 90
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            if httpx.get(f"{live.origin}/livez", timeout=1).status_code == 200:
                return live
        except httpx.HTTPError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(live.printed())


def _url_of_the_test_database() -> str:
    parts = connection.settings_dict
    password = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{password}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def raw_exchange(port: int, sent: bytes, *, timeout_s: float = 5) -> bytes:
    """Send bytes and read until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as wire:
        wire.sendall(sent)
        read = b""
        try:
            while chunk := wire.recv(65_536):
                read += chunk
        except TimeoutError:
            pass
    return read


def handshake(live: Live, path: str, *, version: str = "HTTP/1.1", **headers: str | None) -> bytes:
    """Return the bytes of a WebSocket handshake; a header given as None is left out."""
    all_headers: Mapping[str, str | None] = {
        "Host": f"127.0.0.1:{live.port}",
        "Origin": live.origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "13",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in all_headers.items() if value is not None]
    return "\r\n".join([f"GET {path} {version}", *lines, "", ""]).encode("latin-1")
