"""Hash passwords a few at a time: a crowd that signs up at once must not eat the memory or the database connections."""

import os
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

# Each hash fills a core; more at once only adds memory.
_gate = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


class GatedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id with OWASP's parameters (19 MiB, two passes, one lane).

    Django's own take 100 MiB for each hash: five hundred sign-ups in a minute would not fit into a small server.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        _let_go_of_the_connection()
        with _gate:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        _let_go_of_the_connection()
        with _gate:
            return bool(super().verify(password, encoded))


def _let_go_of_the_connection() -> None:
    """Give the pooled connection back for as long as no query runs; the next query takes one again."""
    if not connection.in_atomic_block:
        connection.close()
