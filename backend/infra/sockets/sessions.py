"""Who stands behind a socket: Django's session, read in groups when it opens and again every few seconds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare

from backend.infra.group_commit import GroupRead
from backend.infra.group_commit.reserved import Connection
from backend.infra.sockets.asgi import Scope, header

_KEY_LENGTH_MAX = 40  # django_session.session_key


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who opened a socket, with what proves that the sign-in still stands."""

    person_id: int
    session_key: str
    password_digest: str


def session_key_of(scope: Scope) -> str | None:
    """Return the session key a request carries: the `X-Session-Token` header, else the session cookie."""
    key = header(scope, b"x-session-token") or _cookie(scope)
    return key if key and len(key) <= _KEY_LENGTH_MAX and "\x00" not in key else None


def _cookie(scope: Scope) -> str | None:
    try:
        cookies = SimpleCookie(header(scope, b"cookie") or "")
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else None


def make_session_reader() -> "GroupRead[str, SignedIn | None]":
    """Return a reader from session key to person; the caller runs it."""
    return GroupRead(name="sessions", load=load_sessions, capacity=settings.HANDSHAKES_WAITING_MAX)


async def load_sessions(connection: Connection, keys: Sequence[str]) -> list[SignedIn | None]:
    """Read sessions with one statement each for sessions and persons. None: unknown, expired, or no longer valid."""
    cursor = await connection.execute(
        "SELECT session_key, session_data FROM django_session WHERE session_key = ANY(%s) AND expire_date > now()",
        [list(set(keys))],
    )
    sessions = {key: _decode(data) for key, data in await cursor.fetchall()}
    person_ids = {int(data[SESSION_KEY]) for data in sessions.values() if data}
    cursor = await connection.execute(
        "SELECT id, password FROM accounts_person WHERE id = ANY(%s) AND is_active", [list(person_ids)]
    )
    passwords: dict[int, str] = dict(await cursor.fetchall())
    return [_signed_in(key, sessions.get(key), passwords) for key in keys]


async def dead_sessions(connection: Connection, ones: Sequence[SignedIn]) -> set[str]:
    """Return the keys among open sockets whose session ended, whose person was barred or changed the password."""
    cursor = await connection.execute(
        """
        SELECT w.key
          FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS w (key, person_id, digest)
         WHERE NOT EXISTS (
               SELECT FROM django_session s WHERE s.session_key = w.key AND s.expire_date > now())
            OR NOT EXISTS (
               SELECT FROM accounts_person p
                WHERE p.id = w.person_id AND p.is_active
                  AND encode(sha256(convert_to(p.password, 'UTF8')), 'hex') = w.digest)
        """,
        [[one.session_key for one in ones], [one.person_id for one in ones], [one.password_digest for one in ones]],
    )
    return {key for (key,) in await cursor.fetchall()}


def _decode(data: str) -> dict[str, Any] | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    decoded: dict[str, Any] = store.decode(data)
    if not str(decoded.get(SESSION_KEY, "")).isdigit():
        return None
    return decoded if decoded.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS else None


def _signed_in(key: str, session: dict[str, Any] | None, passwords: dict[int, str]) -> SignedIn | None:
    """Repeat what `django.contrib.auth.get_user` checks, without a query of its own for every socket."""
    if not session:
        return None
    person_id = int(session[SESSION_KEY])
    if person_id not in passwords:
        return None
    password = passwords[person_id]
    person = get_user_model()(id=person_id, password=password)
    valid = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    if not any(constant_time_compare(session.get(HASH_SESSION_KEY, ""), one) for one in valid):
        return None
    return SignedIn(person_id, key, hashlib.sha256(password.encode()).hexdigest())
