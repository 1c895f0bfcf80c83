"""Of all who want to do the same thing one does it; whoever dies lets the next one in."""

import psycopg
import pytest
from django.db import connection

from backend.infra.alone import alone

pytestmark = pytest.mark.django_db

_HOLDERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = ("
    "SELECT oid FROM pg_database WHERE datname = current_database())"
)


def test_one_at_a_time_and_each_thing_by_itself():
    with alone("one thing") as first, alone("one thing") as second, alone("another") as other:
        assert (first, second, other) == (True, False, True)
    with alone("one thing") as third:
        assert third


def test_it_is_let_go_before_the_connection_closes(monkeypatch):
    """PostgreSQL drops the locks of a closed connection a moment later: whoever comes next would be turned away."""
    close, free = psycopg.Connection.close, []

    def look_and_close(held):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('one thing', 0))")
            free.append(cursor.fetchone()[0])
        close(held)

    monkeypatch.setattr(psycopg.Connection, "close", look_and_close)
    with alone("one thing"):
        pass

    assert free == [True]


def test_who_fails_lets_the_next_one_in():
    with pytest.raises(ZeroDivisionError), alone("one thing"):
        raise ZeroDivisionError
    with alone("one thing") as first, connection.cursor() as cursor:
        # What PostgreSQL does once a process is gone.
        cursor.execute(_HOLDERS)
        with alone("one thing") as second:
            assert (first, second) == (True, True)
