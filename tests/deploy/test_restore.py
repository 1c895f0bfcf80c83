"""The archive command of compose.yaml and the restore of the runbook, on a real PostgreSQL that is then lost."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from backend.infra.embedded.binaries import find_postgres_bin
from backend.infra.embedded.ports import LOOPBACK
from backend.infra.embedded.postgres import Postgres
from backend.launcher.paths import ROOT

COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
PREFIX = "-carchive_command="


def archive_command(archive: Path) -> str:
    words = COMPOSE["services"]["postgres"]["command"]
    (command,) = [word.removeprefix(PREFIX) for word in words if word.startswith(PREFIX)]
    return str(command).replace("/archive/", f"{archive}/")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def primary(tmp_path: Path, archive: Path) -> Iterator[Postgres]:
    postgres = Postgres(tmp_path / "primary")
    if postgres.identity.drop_to is not None:
        pytest.skip("user namespaces are blocked: the server could not write below the test's folder")
    postgres.start()
    postgres.stop()
    with (postgres.home / "postgres" / "postgresql.conf").open("a") as file:
        file.write(f"archive_mode = on\narchive_command = '{archive_command(archive)}'\n")
    postgres.start()
    yield postgres
    postgres.stop()


def take_base_backup(postgres: Postgres, folder: Path) -> None:
    password = (postgres.home / "pg_password").read_text()
    command = [find_postgres_bin() / "pg_basebackup", "-h", LOOPBACK, "-p", str(postgres.port), "-U", "hoithi"]
    options = ["--pgdata", folder, "--format", "tar", "--gzip", "--wal-method", "none", "--checkpoint", "fast"]
    subprocess.run([*command, *options], env={**os.environ, "PGPASSWORD": password}, check=True)


def archive_the_log(connection: psycopg.Connection[tuple[str]], archive: Path) -> None:
    row = connection.execute("select pg_walfile_name(pg_current_wal_lsn())").fetchone()
    connection.execute("select pg_switch_wal()")
    assert row is not None
    deadline = time.monotonic() + 20
    while not (archive / row[0]).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (archive / row[0]).exists()


@pytest.mark.slow
def test_lost_server_is_restored_up_to_the_archived_log(tmp_path: Path, archive: Path, primary: Postgres) -> None:
    with psycopg.connect(primary.url, autocommit=True) as connection:
        connection.execute("create table answers as select 1 as n")
        take_base_backup(primary, archive / "base")
        connection.execute("insert into answers values (2), (3)")
        archive_the_log(connection, archive)
    assert primary.process is not None
    primary.process.kill()
    primary.process.wait()

    restored = Postgres(tmp_path / "restored")
    data = restored.home / "postgres"
    data.mkdir(parents=True, mode=0o700)
    (restored.home / "pg_password").write_text((primary.home / "pg_password").read_text())
    subprocess.run(["tar", "--no-same-owner", "-xzf", archive / "base" / "base.tar.gz", "-C", data], check=True)
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write(f"restore_command = 'cp {archive}/%f %p'\n")
    (data / "recovery.signal").touch()
    restored.start()
    with psycopg.connect(restored.url) as connection:
        kept = connection.execute("select n from answers order by n").fetchall()
    restored.stop()

    assert kept == [(1,), (2,), (3,)]
