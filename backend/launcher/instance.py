"""One whole running Hội Thi: data servers, web processes, worker and beat, on free or given ports."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.infra.embedded import Servers, start_private_servers
from backend.infra.embedded.ports import LOOPBACK, pick_free_port
from backend.infra.embedded.postgres import STOP_S as POSTGRES_STOP_S
from backend.infra.embedded.postgres import read_or_make_secret
from backend.infra.embedded.processes import is_running_as, spawn
from backend.launcher.commands import run_logged
from backend.launcher.errors import not_ready, server_failed, step_failed
from backend.launcher.paths import ROOT
from backend.launcher.paths import data_dir as data_home
from backend.launcher.progress import Progress
from backend.launcher.supervisor import SERVER_LAST_DELAY_S, Child, Supervisor

READY_WAIT_S = 60
PROCESS_STOP_S = 25.0  # uvicorn gives open requests 20 s
WEB, WORKER, BEAT, VALKEY, POSTGRES = range(5)  # the order of stopping
MOST_WEB_PROCESSES = 8
# Below the embedded server's 200 connections, leaving room for the worker, the flushers and a person with psql.
WEB_CONNECTIONS = 128
# Files in the data folder, made at first use; how many random bytes each holds.
SECRETS = {"SECRET_KEY": 24, "IDENTITY_HMAC_KEY": 32, "IDENTITY_AES_KEY": 32}


@dataclass(slots=True)
class Instance:
    """A set of processes that serve `url`. Build, `start`, `supervise`, `stop`; or use `private_instance`."""

    data_dir: Path
    port: int
    demo: bool
    progress: Progress
    database_url: str = ""
    redis_url: str = ""
    extra_env: Mapping[str, str] = field(default_factory=dict)
    servers: Servers | None = None
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    supervisor: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        self.data_dir = self.data_dir.resolve()
        self.logs.mkdir(parents=True, exist_ok=True)
        # The files of processes that are gone would be counted for ever.
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir()
        self.supervisor = Supervisor(self.progress.say, pids_file=self.data_dir / "processes.json")

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def metrics(self) -> Path:
        """Where the processes share their figures, so that one of them can answer for all."""
        return self.data_dir / "metrics"

    @property
    def web_count(self) -> int:
        return min(len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1, MOST_WEB_PROCESSES)

    @property
    def env(self) -> dict[str, str]:
        """Return what every process of this instance, and every tool that looks into it, runs with."""
        defaults = {
            "DB_POOL_MAX": str(min(16, WEB_CONNECTIONS // self.web_count)),
            # The demo contest is what a first start has to show; `demo` only adds the synthetic results.
            "DEMO_SIGN_INS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        own = {
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "HOITHI_URL": self.url,
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
            "HOITHI_PIDS_FILE": str(self.data_dir / "processes.json"),
        }
        for name, byte_count in SECRETS.items():
            if not (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
                own[name] = read_or_make_secret(self.data_dir / name.lower(), byte_count=byte_count)
        return {**defaults, **os.environ, **own, **self.extra_env}

    def start(self) -> None:
        """Bring everything up and return when /readyz says yes. On failure everything is stopped again."""
        try:
            self._start_servers()
            self._prepare()
            self._start_processes()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop web, worker, beat, Valkey and PostgreSQL, in this order."""
        self.supervisor.stop()
        if self.servers is not None:
            self.servers.stop()

    def _start_servers(self) -> None:
        with self.progress.step("Khởi động PostgreSQL và Valkey (starting the data servers)"):
            try:
                self.servers = start_private_servers(
                    self.data_dir, database_url=self.database_url, redis_url=self.redis_url
                )
            except (RuntimeError, OSError) as error:
                raise server_failed(str(error)) from error
        self.database_url, self.redis_url = self.servers.database_url, self.servers.redis_url
        if self.servers.valkey is not None:
            valkey = self.servers.valkey
            self.supervisor.add(
                Child(
                    "valkey", VALKEY, valkey.launch, wait_s=20, last_delay_s=SERVER_LAST_DELAY_S, process=valkey.process
                )
            )
        if self.servers.postgres is not None:
            postgres = self.servers.postgres
            self.supervisor.add(
                Child(
                    "postgres",
                    POSTGRES,
                    postgres.launch,
                    signal.SIGINT,
                    POSTGRES_STOP_S,
                    SERVER_LAST_DELAY_S,
                    postgres.process,
                )
            )

    def _prepare(self) -> None:
        """Migrate and load in one Python process: starting Django five times would cost the second start its time."""
        log = self.logs / "prepare.log"
        command = [sys.executable, "-m", "backend", "prepare", *([] if self.demo else ["--no-results"])]

        def read(line: str) -> None:
            if line.startswith("step:"):
                step.note = line.removeprefix("step:").strip()
            self.sign_ins = read_sign_ins(line) or self.sign_ins

        with self.progress.step("Chuẩn bị dữ liệu (migrating and loading)") as step:
            if run_logged(command, log=log, step=step, env=self.env, cwd=ROOT, on_line=read) != 0:
                raise step_failed("prepare", str(log))

    def _start_processes(self) -> None:
        with self.progress.step(f"Khởi động web × {self.web_count}, worker, beat (starting the processes)"):
            for number in range(1, self.web_count + 1):
                self._add(f"web-{number}", WEB, "serve", "--port", str(self.port))
            self._add("worker", WORKER, "worker")
            # Readiness includes beat: its hints prove the broker and the worker.
            self._add("beat", BEAT, "beat")
            self._wait_ready()

    def _add(self, name: str, stage: int, *words: str) -> None:
        log = self.logs / f"{name}.log"

        def launch() -> subprocess.Popen[bytes]:
            return spawn([sys.executable, "-m", "backend", *words], log=log, env=self.env, cwd=ROOT)

        self.supervisor.logs = [*self.supervisor.logs, log]
        self.supervisor.add(Child(name, stage, launch, wait_s=PROCESS_STOP_S))

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_WAIT_S
        while missing := find_unready(self.url):
            self.supervisor.check()
            if time.monotonic() > deadline:
                raise not_ready(", ".join(missing), str(self.logs), READY_WAIT_S)
            time.sleep(0.1)


def find_unready(url: str) -> list[str]:
    """Ask /readyz which of web, PostgreSQL, Valkey and the worker do not answer; none means ready."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=3):  # noqa: S310 - our own http address
            return []
    except urllib.error.HTTPError as refusal:
        with contextlib.suppress(ValueError, AttributeError):
            return [name for name, check in json.load(refusal)["checks"].items() if not check["ok"]] or ["web"]
        return ["web"]
    except (urllib.error.URLError, OSError):
        return ["web"]


def read_sign_ins(line: str) -> list[dict[str, str]]:
    """Read the line of `prepare` that is `{"sign_ins": [{"role", "email", "password"}]}`; any other has none."""
    try:
        found: Any = json.loads(line)
    except ValueError:
        return []
    return list(found.get("sign_ins", [])) if isinstance(found, dict) else []


def make_private_dir(home: Path) -> Path:
    """Make a folder for one private instance on the product's own disk: /tmp may be memory, where fsync costs nothing.

    Folders of launchers that were killed before they could tidy up are deleted.
    """
    for left in home.glob("private-*"):
        pid = left.name.split("-")[1]
        if pid.isdigit() and not is_running_as(int(pid), mark=""):
            shutil.rmtree(left, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"private-{os.getpid()}-", dir=home))


@contextlib.contextmanager
def private_instance(
    *, demo: bool = True, progress: Progress | None = None, extra_env: Mapping[str, str] | None = None
) -> Iterator[Instance]:
    """Run a supervised instance on free ports with durable data of its own, deleted afterwards."""
    data_dir = make_private_dir(data_home())
    instance = Instance(
        data_dir,
        pick_free_port(),
        demo,
        progress or Progress(stream=sys.stderr),
        extra_env=extra_env or {},
    )
    watcher = threading.Thread(target=instance.supervisor.run_and_stop, name="supervisor", daemon=True)
    try:
        instance.start()
        watcher.start()
        yield instance
    finally:
        instance.supervisor.stopping.set()
        if watcher.is_alive():
            watcher.join()
        instance.stop()
        if instance.servers is not None:
            instance.servers.remove()
        shutil.rmtree(data_dir, ignore_errors=True)
