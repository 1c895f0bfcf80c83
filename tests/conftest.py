"""What every test shares: real servers, a blocked outside, and no leftovers between tests."""

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.1", "::1"]

# An example that a busy machine stopped for a moment is not wrong. Whatever else holds here, or in CI, goes on holding.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


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
