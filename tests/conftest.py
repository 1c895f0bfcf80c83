"""What every test shares: real servers, a blocked outside, and no leftovers between tests."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

from backend.infra import keys

LOOPBACK = ["127.0.0.1", "::1"]

# An example that a busy machine stopped for a moment is not wrong. Whatever else holds here, or in CI, goes on holding.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def _own_channel(worker_id: str) -> Iterator[None]:
    """Let test processes not hear of each other's sockets.

    Valkey's channels know no databases, and attempts of all test databases are numbered alike: a socket here would be
    closed because one of the same number was opened there. Servers in processes of their own share the usual channel.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "ATTEMPT_SOCKETS_CHANNEL", f"{keys.ATTEMPT_SOCKETS_CHANNEL}:{worker_id}")
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End who still uses the database when it is to be dropped, and name them.

    A process that was killed a moment ago may leave a backend behind that has not noticed yet.
    """
    yield
    import psycopg
    from django.db import connection

    from backend.infra.group_commit.reserved import parameters

    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
    with psycopg.connect(**parameters("tidying up")) as own:
        found = own.execute(
            "SELECT application_name, left(query, 80), pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        for name, query, _ in found.fetchall():
            left = f"still in the test database at its end: {name!r}, last {query!r}"
            warnings.warn(left, ResourceWarning, stacklevel=1)


@pytest.fixture(autouse=True)
def _clean_valkey(request: pytest.FixtureRequest) -> None:
    """Start every test that touches the database with an empty Valkey, so that no cached state leaks between tests."""
    if "django_db" not in {mark.name for mark in request.node.iter_markers()}:
        return
    import redis
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    client.close()
