"""A whole installation that may be hurt: durable PostgreSQL, two Valkeys, web, worker and beat, with lines between."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from backend.infra.embedded.ports import LOOPBACK, pick_free_port
from backend.infra.embedded.postgres import Postgres
from backend.infra.embedded.processes import spawn
from backend.infra.embedded.valkey import Valkey
from backend.launcher.instance import find_unready, make_private_dir
from backend.launcher.paths import ROOT, data_dir
from backend.launcher.supervisor import LAST_DELAY_S, SERVER_LAST_DELAY_S, Child, Supervisor
from tests.faults.stand import kernel
from tests.faults.stand.exchange import Exchange
from tests.faults.stand.line import Line, State
from tests.faults.stand.mutant import GUARD, OF_WORKER

WEB = ("web-1", "web-2")
SERVERS = ("postgres", "cache", "broker")
READY_S = 240.0
# The bound of a nation cut down to a crowd that one machine can play.
HANDSHAKES_WAITING_MAX = 60
METRICS_TOKEN = "of a stand that is deleted afterwards"


class Handshakes(NamedTuple):
    """What the web processes saw of sockets that wait to be let in: the living ones' peak, and of all how many left."""

    most_waiting: int
    told_later: int
    bound: int = HANDSHAKES_WAITING_MAX


@dataclass
class Stand:
    """Use `running_stand`. Processes go by name: postgres, cache, broker, web-1, web-2, worker, beat."""

    folder: Path
    port: int = field(default_factory=pick_free_port)
    world: dict[str, Any] = field(default_factory=dict)
    exchange: Exchange = field(default_factory=Exchange)
    _next_person: int = 0
    _mutations: dict[str, str] = field(default_factory=dict)
    _once: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = self.folder / "logs"
        self.log.mkdir(parents=True, exist_ok=True)
        self.metrics = self.folder / "metrics"
        self.metrics.mkdir(exist_ok=True)
        self.supervisor = Supervisor(self._say, pids_file=self.folder / "processes.json")
        self.postgres = Postgres(self.folder)
        self.valkeys = {name: Valkey(self.folder / name) for name in ("cache", "broker")}

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def database_url(self) -> str:
        """Where PostgreSQL is reached past the line."""
        return self.postgres.url

    # --- up and down --------------------------------------------------------------------------------------------------

    def start(self, *, people: int) -> None:
        """Start everything and return when it is ready."""
        self.postgres.start()
        for server in self.valkeys.values():
            server.start()
        self._watch("postgres", 4, self.postgres.launch, self.postgres.process, ask=signal.SIGINT)
        for name, server in self.valkeys.items():
            self._watch(name, 3, server.launch, server.process)
        for name, port in {"postgres": self.postgres.port, **{n: v.port for n, v in self.valkeys.items()}}.items():
            self.exchange.add(name, port)
        for name in WEB:
            self._watch(name, 0, partial(self._launch, name, "serve", "--port", str(self.port)))
        # Beside those two, which take as long to start.
        self._seed(people)
        self._watch("worker", 1, partial(self._launch, "worker", "worker"))
        self._watch("beat", 2, partial(self._launch, "beat", "beat"))

    def stop(self) -> None:
        self.exchange.heal()
        self.thaw(*SERVERS, *WEB, "worker")
        self.supervisor.stop()
        self.exchange.close()

    def wait_ready(self, *, wait_s: float = READY_S) -> float:
        """Return how long it took until /readyz was content. Raises TimeoutError."""
        began = time.monotonic()
        while missing := find_unready(self.url):
            if time.monotonic() - began > wait_s:
                raise TimeoutError(f"not ready after {wait_s:.0f} s: {missing}; logs: {self.log}")
            time.sleep(0.1)
        return time.monotonic() - began

    def refresh(self) -> None:
        """Between trials: heal everything, and forget who died young, as a healthy half minute would."""
        self.exchange.heal()
        self.thaw(*SERVERS, *WEB, "worker")
        self._once.clear()
        for child in self.supervisor.children:
            child.deaths_in_a_row = 0
        self.wait_ready()

    # --- hurting ------------------------------------------------------------------------------------------------------

    def pid(self, name: str) -> int:
        process = self._child(name).process
        assert process is not None
        return process.pid

    def kill(self, name: str) -> None:
        """Kill one process outright, PostgreSQL with all its backends; the supervisor starts it again."""
        kernel.send(self.pid(name), signal.SIGKILL, family=name == "postgres")

    def freeze(self, *names: str) -> None:
        for name in names:
            kernel.send(self.pid(name), signal.SIGSTOP, family=True)

    def thaw(self, *names: str) -> None:
        for name in names:
            with suppress(StopIteration):
                kernel.send(self.pid(name), signal.SIGCONT, family=True)

    def doom(self, name: str, failpoint: str) -> int:
        """Start a process anew with a failpoint that it meets once; return the pid of the doomed life."""
        self._once[name] = {"FP": failpoint, "FAILPOINTS": "on"}
        return self.restart(name)

    def prepare(self, name: str, **env: str) -> None:
        """Let the next life of a process, and that one alone, find other settings in its environment."""
        self._once[name] = env

    def restart(self, name: str) -> int:
        """Kill a process and return the pid of its next life."""
        before = self.pid(name)
        self._child(name).deaths_in_a_row = 0
        self.kill(name)
        deadline = time.monotonic() + 30
        while self.pid(name) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.pid(name)

    def ask_to_stop(self, name: str) -> None:
        """Send SIGTERM, as a deployment does."""
        kernel.send(self.pid(name), signal.SIGTERM)

    def spawn_beside(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        """Start one more process of the product, which nobody watches; the caller ends it."""
        return self._launch(name, *words)

    def become(self, mutation: str) -> None:
        """Let web and worker run with one of the product's promises broken; with "" whole, as they begin."""
        # The worker is told apart from the whole one by the one mutation that reaches it.
        wanted = dict.fromkeys(WEB, mutation) | {"worker": mutation if mutation in OF_WORKER else ""}
        changed = [name for name, one in wanted.items() if self._mutations.get(name, "") != one]
        self._mutations = wanted
        if changed:
            with ThreadPoolExecutor() as pool:
                list(pool.map(self.restart, changed))

    def lose_data(self, name: str) -> None:
        """Kill a Valkey and let it come back with nothing."""
        shutil.rmtree(self.valkeys[name].data / "appendonlydir", ignore_errors=True)
        self.kill(name)
        shutil.rmtree(self.valkeys[name].data / "appendonlydir", ignore_errors=True)

    def line(self, name: str, state: State) -> None:
        self.exchange.do(name, lambda line: line.set(state))

    def change_line(self, name: str, **values: float) -> None:
        """Set `latency_s` or `slice_bytes` of a line."""

        def change(line: Line) -> None:
            for key, value in values.items():
                setattr(line, key, value)

        self.exchange.do(name, change)

    # --- looking ------------------------------------------------------------------------------------------------------

    def take_people(self, count: int) -> list[str]:
        """Return the session tokens of people who have not been in a trial yet."""
        taken = self.world["tokens"][self._next_person : self._next_person + count]
        if len(taken) < count:
            raise RuntimeError(f"the stand has {len(self.world['tokens'])} people, and all were in a trial")
        self._next_person += count
        return list(taken)

    def count_handshakes(self) -> Handshakes:
        samples = self._samples()
        alive = {str(self.pid(web)) for web in WEB}
        most = [one.value for one in samples if one.name == "hoithi_reads_waiting_most" and one.labels["pid"] in alive]
        told = [one.value for one in samples if one.name == "hoithi_reads_refused_total"]
        return Handshakes(most_waiting=int(max(most, default=0)), told_later=int(sum(told)))

    def count_topic_sockets(self) -> int:
        """Return how many topic sockets are open. Processes that were killed may have left some that count for ever."""
        return int(sum(one.value for one in self._samples() if one.name == "hoithi_open_topic_sockets"))

    def _samples(self) -> list[Sample]:
        """Ask a web process, which answers for both."""
        asked = urllib.request.Request(f"{self.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return [one for family in text_string_to_metric_families(answer.read().decode()) for one in family.samples]

    def env(self) -> dict[str, str]:
        """Return what the product's processes run with: the lines' addresses instead of the servers'."""
        lines = self.exchange.lines
        database, cache, broker = self.postgres.url, self.valkeys["cache"].url, self.valkeys["broker"].url
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "THROWAWAY_", "DB_"))
        }
        return {
            **inherited,
            "DATABASE_URL": database.replace(f":{self.postgres.port}/", f":{lines['postgres'].port}/"),
            "REDIS_URL": cache.replace(f":{self.valkeys['cache'].port}/", f":{lines['cache'].port}/"),
            "BROKER_URL": broker.replace(f":{self.valkeys['broker'].port}/", f":{lines['broker'].port}/"),
            "PORT": str(self.port),
            "ALLOWED_ORIGINS": self.url,
            "SECRET_KEY": "of a stand that is deleted afterwards, never of a server for people",
            "IDENTITY_HMAC_KEY": "b1" * 32,
            "IDENTITY_AES_KEY": "b2" * 32,
            "DB_POOL_MAX": "8",
            "DATA_DIR": str(self.folder),
            "HANDSHAKES_WAITING_MAX": str(HANDSHAKES_WAITING_MAX),
            "METRICS_TOKEN": METRICS_TOKEN,
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }

    # --- inside -------------------------------------------------------------------------------------------------------

    def _seed(self, people: int) -> None:
        command = [sys.executable, "-m", "tests.faults.stand.seeding", str(people)]
        # Not `check=True`: its message would hide what the process said.
        told = subprocess.run(command, cwd=ROOT, env=self.env(), capture_output=True, text=True, check=False)
        if told.returncode:
            raise RuntimeError(told.stderr)
        self.world = json.loads(told.stdout.splitlines()[-1])

    def _launch(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        env: Mapping[str, str] = {**self.env(), GUARD: self._mutations.get(name, ""), **self._once.pop(name, {})}
        mutation = self._mutations.get(name, "")
        program = ["tests.faults.stand.mutant", mutation] if mutation else ["backend"]
        command = [sys.executable, "-m", *program, *words]
        return spawn(command, log=self.log / f"{name}.log", env=env, cwd=ROOT)

    def _watch(self, name: str, stage: int, launch: Any, process: Any = None, *, ask: Any = signal.SIGTERM) -> None:
        last_delay_s = SERVER_LAST_DELAY_S if name in SERVERS else LAST_DELAY_S
        self.supervisor.add(Child(name, stage, launch, ask, 30.0, last_delay_s, process))

    def _child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.name == name)

    def _say(self, text: str) -> None:
        with suppress(OSError), (self.log / "supervisor.log").open("a", encoding="utf-8") as file:
            file.write(f"{time.monotonic():.2f} {text}\n")


@contextmanager
def running_stand(*, people: int) -> Iterator[Stand]:
    """Run a stand on the product's own disk, where fsync costs what it costs; delete it afterwards."""
    folder = make_private_dir(data_dir())
    stand = Stand(folder)
    # Children end with the thread that started them: restarts come from one that lasts as long as the stand.
    watcher = threading.Thread(target=stand.supervisor.run, name="stand", daemon=True)
    try:
        stand.start(people=people)
        watcher.start()
        stand.wait_ready()
        yield stand
    finally:
        stand.supervisor.stopping.set()
        if watcher.is_alive():
            watcher.join(30)
        stand.stop()
        stand.postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)
