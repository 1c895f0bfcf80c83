"""Run PostgreSQL from its wheel on a loopback port, with a password, in a folder of ours."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from backend.infra.embedded.binaries import find_postgres_bin
from backend.infra.embedded.identity import Identity, choose_identity, place_binaries, place_data
from backend.infra.embedded.ports import LOOPBACK, pick_free_port
from backend.infra.embedded.processes import end_leftover, is_running_as, spawn, stop, wait_until

USER = DATABASE = "hoithi"
START_S = 60.0  # crash recovery of 2 GB of WAL on a slow disk
STOP_S = 60.0  # a fast shutdown writes a checkpoint
PORT_TRIES = 5
READY_LINE, READY = 7, "ready"  # the postmaster writes its state into line 8 of postmaster.pid

MIB = 2**20
# A sixteenth of the machine: a regrade or a million results evict one another from less, and each page that is written
# back early is written again. The web processes and the system's own cache need the rest.
BUFFERS_MB = min(1024, max(128, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB // 16))

TUNING = {
    "shared_buffers": f"{BUFFERS_MB}MB",
    "max_connections": "200",
    "wal_level": "replica",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_min_duration_statement": "1000",
    # Values are people's; the statement tells what was slow.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    # Loopback and a password only: a socket path may exceed the 107 bytes that the system allows.
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
THROWAWAY = {
    "shared_buffers": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


class PostgresFailed(RuntimeError):
    """PostgreSQL did not start; the message names its log."""


@dataclass(slots=True)
class Postgres:
    """One cluster: its folder, its password and, once started, its process and port."""

    home: Path
    throwaway: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    identity: Identity = field(default_factory=choose_identity)

    @property
    def log(self) -> Path:
        return self.home / "logs" / "postgres.log"

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self._password()}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Create the cluster where there is none, start it and wait until it takes connections."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        data = place_data(self.home / "postgres", identity=self.identity)
        if not (data / "PG_VERSION").is_file():
            self._create_cluster(data)
        for _ in range(PORT_TRIES):
            self.port = pick_free_port()
            process = self.launch()
            if wait_until(partial(self.is_ready, process.pid), process=process, wait_s=START_S):
                self._create_database()
                return
            self.stop()
        raise PostgresFailed(f"PostgreSQL did not start; its log: {self.log}")

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server on the chosen port without waiting; first clear what a crash left behind."""
        data = place_data(self.home / "postgres", identity=self.identity)
        self.end_leftover()
        options = {**TUNING, **(THROWAWAY if self.throwaway else DURABLE)}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = spawn(
            [*self.identity.prefix, self._bin(data) / "postgres", "-D", data, "-p", str(self.port), *settings],
            log=self.log,
            env=_plain_environment(),
            cwd=data,
            death_signal=signal.SIGINT,
            drop_to=self.identity.drop_to,
        )
        return self.process

    def is_ready(self, pid: int) -> bool:
        """Say whether the server `pid` itself has reported that it takes connections."""
        data = place_data(self.home / "postgres", identity=self.identity)
        lines = _pid_file_lines(data)
        return len(lines) > READY_LINE and lines[0].strip() == str(pid) and lines[READY_LINE].strip() == READY

    def stop(self) -> None:
        """Shut down fast: open transactions roll back, a checkpoint is written."""
        if self.process is not None:
            stop(self.process, ask=signal.SIGINT, wait_s=STOP_S)
            self.process = None

    def end_leftover(self) -> None:
        """End a server that outlived its launcher; drop a pid file whose number now belongs to another program."""
        data = place_data(self.home / "postgres", identity=self.identity)
        lines = _pid_file_lines(data)
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        end_leftover(pid, mark=str(data), ask=signal.SIGINT, wait_s=STOP_S)
        if not is_running_as(pid, mark=str(data)):
            (data / "postmaster.pid").unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete the cluster. The server must be stopped."""
        data = place_data(self.home / "postgres", identity=self.identity)
        shutil.rmtree(data if data.parent == self.home else data.parent, ignore_errors=True)
        (self.home / "postgres.location").unlink(missing_ok=True)

    def _create_cluster(self, data: Path) -> None:
        """Run initdb with byte order and Unicode letters; where the system has no C.UTF-8, with bytes alone."""
        with self._password_file(data.parent) as password_file:
            for locale in ("C.UTF-8", "C"):
                shutil.rmtree(data, ignore_errors=True)
                command: list[str | Path] = [
                    *self.identity.prefix,
                    *(self._bin(data) / "initdb", "--pgdata", data, "--pwfile", password_file),
                    *("--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", locale),
                    *(["--no-sync"] if self.throwaway else []),
                ]
                initdb = spawn(
                    command,
                    log=self.log,
                    env=_plain_environment(),
                    cwd=data.parent,
                    drop_to=self.identity.drop_to,
                )
                if initdb.wait() == 0:
                    return
        raise PostgresFailed(f"initdb failed; its log: {self.log}")

    @contextlib.contextmanager
    def _password_file(self, folder: Path) -> Iterator[Path]:
        """Lend the password to initdb in a file that it can open as whoever it runs as."""
        descriptor, name = tempfile.mkstemp(prefix="password-", dir=folder)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{self._password()}\n")
            if self.identity.drop_to is not None:
                os.chown(name, *self.identity.drop_to)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _create_database(self) -> None:
        """Create the database; a cluster that has it refuses, and that is the usual case."""
        subprocess.run(
            [find_postgres_bin() / "createdb", "-h", LOOPBACK, "-p", str(self.port), "-U", USER, DATABASE],
            check=False,
            env={**_plain_environment(), "PGPASSWORD": self._password()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _password(self) -> str:
        return read_or_make_secret(self.home / "pg_password")

    def _bin(self, data: Path) -> Path:
        return place_binaries(find_postgres_bin(), data=data, identity=self.identity)


def read_or_make_secret(path: Path, *, byte_count: int = 24) -> str:
    """Return the secret kept in `path` (hexadecimal), made at first use and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(byte_count))
    return path.read_text(encoding="utf-8").strip()


def _pid_file_lines(data: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def _plain_environment() -> dict[str, str]:
    """Return the environment without the PG* variables of some other database, in plain English and UTC."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
