"""The embedded servers, really started: fresh, again, after a crash, as nobody."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from backend.infra.embedded import remove_private_data, start_private_servers
from backend.infra.embedded.identity import become_nobody
from backend.infra.embedded.postgres import Postgres
from backend.infra.embedded.processes import is_running_as, wait_until
from backend.infra.embedded.servers import Servers
from backend.infra.embedded.valkey import Valkey


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with start_private_servers(tmp_path) as started:
        yield started


def ask(url: str, question: str) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return tuple(row)


def keep_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 7 as n")


def test_servers_are_durable_and_know_vietnamese_letters(servers: Servers) -> None:
    settings = ask(
        servers.database_url,
        "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('wal_level'),"
        " current_setting('server_encoding'), lower('ĐẶNG Ỷ')",
    )
    with redis.Redis.from_url(servers.redis_url) as client:
        kept = client.config_get("appendonly"), client.config_get("maxmemory-policy")

    assert settings == ("on", "on", "replica", "UTF8", "đặng ỷ")
    assert kept == ({"appendonly": "yes"}, {"maxmemory-policy": "noeviction"})


def test_servers_refuse_who_has_no_password(servers: Servers, tmp_path: Path) -> None:
    assert servers.postgres is not None
    assert servers.valkey is not None

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=servers.postgres.port, user="hoithi", dbname="hoithi", password="guess")
    with (
        redis.Redis.from_url(f"redis://127.0.0.1:{servers.valkey.port}/0") as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    for secret in ("pg_password", "valkey_password", "valkey/valkey.conf"):
        assert stat.S_IMODE((tmp_path / secret).stat().st_mode) == 0o600


def test_data_outlives_a_stop(tmp_path: Path) -> None:
    with start_private_servers(tmp_path) as first, redis.Redis.from_url(first.redis_url) as client:
        keep_a_row(first.database_url)
        client.set("kept", "7")

    with start_private_servers(tmp_path) as second, redis.Redis.from_url(second.redis_url) as client:
        assert ask(second.database_url, "select n from kept") == (7,)
        assert client.get("kept") == b"7"


def test_launch_after_kill_recovers_on_the_same_port(servers: Servers) -> None:
    postgres = servers.postgres
    assert postgres is not None
    assert postgres.process is not None
    keep_a_row(servers.database_url)
    postgres.process.kill()
    postgres.process.wait()

    again = postgres.launch()

    assert wait_until(lambda: postgres.is_ready(again.pid), process=again, wait_s=30)
    assert ask(servers.database_url, "select n from kept") == (7,)


def test_pid_file_with_the_number_of_another_program_is_no_obstacle(tmp_path: Path) -> None:
    with start_private_servers(tmp_path, throwaway=True):
        lines = (tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getppid())
    (tmp_path / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")

    with start_private_servers(tmp_path, throwaway=True) as servers:
        assert ask(servers.database_url, "select 1") == (1,)


def test_servers_left_by_a_dead_launcher_are_ended_before_new_ones_start(tmp_path: Path) -> None:
    left = start_private_servers(tmp_path, throwaway=True)
    assert left.postgres is not None
    assert left.postgres.process is not None
    assert left.valkey is not None
    assert left.valkey.process is not None

    with start_private_servers(tmp_path, throwaway=True) as servers:
        assert ask(servers.database_url, "select 1") == (1,)
        assert left.postgres.process.wait(timeout=5) == 0
        assert left.valkey.process.wait(timeout=5) == 0


def test_remove_private_data_leaves_nothing_running_or_written(tmp_path: Path) -> None:
    left = start_private_servers(tmp_path, throwaway=True)
    assert left.postgres is not None
    assert left.postgres.process is not None

    remove_private_data(tmp_path)

    assert left.postgres.process.wait(timeout=5) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["logs", "pg_password", "valkey_password"]
    left.stop()


def test_given_addresses_are_used_and_nothing_is_started(tmp_path: Path) -> None:
    servers = start_private_servers(tmp_path, database_url="postgres://given/db", redis_url="redis://given/1")

    assert servers == Servers(None, None, "postgres://given/db", "redis://given/1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_without_namespaces_runs_postgres_as_nobody_under_var_tmp(tmp_path: Path) -> None:
    nobody = become_nobody()
    postgres = Postgres(tmp_path, throwaway=True, identity=nobody)

    postgres.start()
    assert postgres.process is not None
    owner = Path(f"/proc/{postgres.process.pid}").stat().st_uid
    home = Path((tmp_path / "postgres.location").read_text().strip()).parent
    answer = ask(postgres.url, "select 1")
    postgres.stop()
    postgres.remove()

    assert nobody.drop_to is not None
    assert owner == nobody.drop_to[0]
    assert home.parent == Path("/var/tmp")
    assert answer == (1,)
    assert not home.exists()


def test_a_pid_counts_only_with_its_mark() -> None:
    assert not is_running_as(os.getpid(), mark="no such program")
    assert not is_running_as(2**22 + 1, mark="")


def test_valkey_that_is_stopped_keeps_no_process(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, throwaway=True)
    valkey.start()
    assert valkey.process is not None
    process = valkey.process

    valkey.stop()

    assert process.returncode in (0, -signal.SIGTERM)
    assert not valkey.is_ready()
