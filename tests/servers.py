"""Loaded before Django reads its settings: gives the tests real servers where the environment names none."""

import atexit
import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only for tests, never for a server that people reach")
os.environ.setdefault("IDENTITY_HMAC_KEY", "a1" * 32)
os.environ.setdefault("IDENTITY_AES_KEY", "a2" * 32)
os.environ.setdefault("THROWAWAY_DATABASE", "on")

# Dropping a test database on a busy disk may take longer than any statement of the product may, and a machine that has
# no time for us for ten seconds must not end a transaction of ours.
os.environ.setdefault("DB_STATEMENT_TIMEOUT_MS", "30000")
os.environ.setdefault("DB_IDLE_IN_TRANSACTION_TIMEOUT_MS", "120000")

if "DATABASE_URL" not in os.environ:
    from backend.infra.embedded import start_private_servers

    _servers = start_private_servers(Path(tempfile.mkdtemp(prefix="hoithi-")), throwaway=True)
    os.environ["DATABASE_URL"] = _servers.database_url
    os.environ["REDIS_URL"] = _servers.redis_url
    # Last in, first out: stop, then delete.
    atexit.register(_servers.remove)
    atexit.register(_servers.stop)

if "PYTEST_XDIST_WORKER" in os.environ:
    # Every worker empties its Valkey between tests: each has a database of its own, as it has in PostgreSQL.
    _number = 1 + int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    _base, _, _db = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{_base}/{_db}" if _db not in {"", "0"} else f"{_base}/{_number}"
