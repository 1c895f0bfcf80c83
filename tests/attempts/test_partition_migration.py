"""Old data survives the way to partitions, and both versions of the code write beside the first half of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from psycopg import sql
from pytest_django import DjangoDbBlocker

ALIAS = "scratch"
PLAIN = [("attempts", "0001_initial")]
EXPANDED = [("attempts", "0002_answers_name_their_round")]
PARTITIONED = [("attempts", "0003_answers_by_round")]

OLD_WRITE = """
INSERT INTO attempts_answer (attempt_id, item, seq, choice, received_at) VALUES (%s, %s, %s, '{1}', now())
ON CONFLICT (attempt_id, item) DO UPDATE SET seq = excluded.seq
"""
NEW_WRITE = """
INSERT INTO attempts_answer (round_id, attempt_id, item, seq, choice, received_at) VALUES (%s, %s, %s, %s, '{1}', now())
ON CONFLICT (attempt_id, item, round_id) DO UPDATE SET seq = excluded.seq
"""


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """An empty database of its own."""
    with django_db_blocker.unblock():
        main = connections["default"]
        name = f"{main.settings_dict['NAME']}_partitions"
        with main.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        options = {key: value for key, value in main.settings_dict["OPTIONS"].items() if key != "pool"}
        connections.databases[ALIAS] = {**main.settings_dict, "NAME": name, "OPTIONS": options}
        try:
            yield connections[ALIAS]
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]
            with main.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(database: BaseDatabaseWrapper, target: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(database)
    return executor.migrate(target).apps


def attempts_of_two_rounds(apps: Any) -> list[tuple[int, int]]:
    """Two ended attempts, each of a round of its own: (round id, attempt id)."""
    from tests.factories import NOON

    def make(name: str, **values: Any) -> Any:
        return apps.get_model(name).objects.using(ALIAS).create(**values)

    contest = make("contests.Contest", key="cu", title="Cũ", rulebook={}, rulebook_hash="")
    person = make("accounts.Person", email="old@example.test")
    made = []
    for number in (1, 2):
        one = make(
            "contests.Round",
            contest=contest,
            number=number,
            title=f"Đợt {number}",
            opens_at=NOON,
            closes_at=NOON.replace(hour=9),
            keys_release_at=NOON.replace(hour=9),
            blueprint=[],
        )
        attempt = make(
            "attempts.Attempt",
            person=person,
            contest=contest,
            round=one,
            number=1,
            state="submitted",
            seed=1,
            paper=[],
            started_at=NOON,
            deadline_at=NOON,
            submitted_at=NOON,
        )
        made.append((one.pk, attempt.pk))
    return made


def rows(database: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT round_id, attempt_id, item, seq FROM attempts_answer ORDER BY attempt_id, item")
        return cursor.fetchall()


def test_old_answers_and_both_versions_of_the_code_survive_the_way_to_partitions(scratch: BaseDatabaseWrapper):
    (first, one), (second, two) = attempts_of_two_rounds(migrate(scratch, PLAIN))
    with scratch.cursor() as cursor:
        cursor.executemany(OLD_WRITE, [(one, 1, 1), (one, 2, 2), (two, 1, 1)])

    migrate(scratch, EXPANDED)
    with scratch.cursor() as cursor:
        cursor.executemany(OLD_WRITE, [(one, 1, 5), (two, 2, 2)])
        cursor.executemany(NEW_WRITE, [(first, one, 2, 6), (second, two, 3, 3)])
    with CaptureQueriesContext(scratch) as asked:
        migrate(scratch, PARTITIONED)
    with scratch.cursor() as cursor:
        cursor.executemany(NEW_WRITE, [(first, one, 3, 7), (second, two, 3, 8)])

    assert rows(scratch) == [
        (first, one, 1, 5),
        (first, one, 2, 6),
        (first, one, 3, 7),
        (second, two, 1, 1),
        (second, two, 2, 2),
        (second, two, 3, 8),
    ]
    # The contracting half holds everybody off: it hangs the old table in and copies no row.
    said = [query["sql"] for query in asked if "attempts_answer" in query["sql"]]
    assert any("ATTACH PARTITION" in statement for statement in said)
    assert [statement for statement in said if "INSERT" in statement or "UPDATE" in statement] == []
