"""Passwords of a crowd are hashed a few at a time, and nobody holds a database connection meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from backend.accounts import hashing
from backend.accounts.hashing import GatedArgon2PasswordHasher


def test_a_hash_fits_its_password_alone():
    hasher = GatedArgon2PasswordHasher()

    encoded = hasher.encode("mật khẩu 1", hasher.salt())

    assert (hasher.verify("mật khẩu 1", encoded), hasher.verify("mật khẩu 2", encoded)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_free_while_hashing(real_hashes: None, monkeypatch: pytest.MonkeyPatch):
    seen: list[bool] = []

    def encode(self: Any, password: str, salt: str) -> str:
        seen.append(connection.connection is None)
        return "hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    connection.ensure_connection()

    GatedArgon2PasswordHasher().encode("mật khẩu", "muối")

    assert seen == [True]


def test_no_more_than_the_gate_allows_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch):
    running, most, lock = 0, 0, threading.Lock()

    def encode(self: Any, password: str, salt: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    monkeypatch.setattr(hashing, "_gate", threading.BoundedSemaphore(2))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda number: GatedArgon2PasswordHasher().encode(str(number), "muối"), range(40)))

    assert most == 2
