"""Start a private PostgreSQL and Valkey together: what `run.py`, the tests and the rehearsal stand on."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from backend.infra.embedded.postgres import Postgres
from backend.infra.embedded.valkey import Valkey


@dataclass(slots=True)
class Servers:
    """The two servers as running; either is None where the caller brought an address of its own."""

    postgres: Postgres | None
    valkey: Valkey | None
    database_url: str
    redis_url: str

    def stop(self) -> None:
        """Stop what we started, Valkey first: nothing in it is needed to stop the other."""
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()

    def remove(self) -> None:
        """Delete the data of stopped servers."""
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.remove()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_private_servers(
    data_dir: Path, *, throwaway: bool = False, database_url: str = "", redis_url: str = ""
) -> Servers:
    """Start both servers with their data under `data_dir` and wait until they answer: under two seconds when new.

    A given address is used as it is and its server is not started. `throwaway` turns durability off, for tests whose
    data is deleted afterwards; the servers are the same. Call it from a thread that lasts as long as the servers shall:
    on Linux they end with it. Use as a context manager, or call `stop()`.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    postgres = None if database_url else Postgres(data_dir, throwaway=throwaway)
    valkey = None if redis_url else Valkey(data_dir, throwaway=throwaway)
    with _undone_on_failure(postgres, valkey):
        if postgres is not None:
            postgres.start()
        if valkey is not None:
            valkey.start()
    return Servers(
        postgres=postgres,
        valkey=valkey,
        database_url=postgres.url if postgres else database_url,
        redis_url=valkey.url if valkey else redis_url,
    )


def remove_private_data(data_dir: Path) -> None:
    """Delete the embedded servers' data; first end servers that a killed launcher left behind."""
    for server in (Postgres(data_dir.resolve()), Valkey(data_dir.resolve())):
        server.end_leftover()
        server.remove()


@contextlib.contextmanager
def _undone_on_failure(*servers: Postgres | Valkey | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for server in servers:
            if server is not None:
                server.stop()
        raise
