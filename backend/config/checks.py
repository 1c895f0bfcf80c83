"""Start-up refuses settings under which the promise "saved is saved, and nobody gets in" cannot be kept."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from backend.accounts.queries import do_keys_fit_numbers
from backend.accounts.sealing import KEY_DIGITS, is_key
from backend.accounts.services import ERASE_WITHIN

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Without these an acknowledged answer can be gone after a power cut.
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
SHORTEST_SECRET = 32
# Lines of boards are written with RETURNING old and new, which older ones do not know.
OLDEST_POSTGRESQL = 18


def refuse_unsafe_settings() -> None:
    """Raise CommandError with every reason at once, or return."""
    reasons = [*_unsafe_settings(), *_old_database(), *_volatile_database(), *_foreign_keys()]
    if reasons:
        raise CommandError("Không khởi động / refusing to start:\n" + "\n".join(f"- {reason}" for reason in reasons))


def _unsafe_settings() -> list[str]:
    reasons: list[str] = []
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        reasons.append(f"SECRET_KEY must have at least {SHORTEST_SECRET} characters")
    for name in ("IDENTITY_HMAC_KEY", "IDENTITY_AES_KEY"):
        if not is_key(getattr(settings, name)):
            reasons.append(f"{name} must have {KEY_DIGITS} hexadecimal digits")
    if settings.IDENTITY_HMAC_KEY.lower() == settings.IDENTITY_AES_KEY.lower():
        # Who may look for duplicates must not be able to read.
        reasons.append("IDENTITY_HMAC_KEY and IDENTITY_AES_KEY must differ")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        reasons.append("ALLOWED_HOSTS must name the hosts, without *")
    if not settings.ALLOWED_ORIGINS:
        reasons.append("ALLOWED_ORIGINS must name the origins whose pages may open sockets")
    reasons += _out_of_range()
    public = [o for o in settings.ALLOWED_ORIGINS if urlsplit(o).hostname not in _LOOPBACK]
    if not public:
        return reasons
    if settings.DEBUG:
        reasons.append("DEBUG must be off where a public origin is served")
    if settings.DEMO_SIGN_INS:
        reasons.append("DEMO_SIGN_INS must be off where a public origin is served: everybody knows those passwords")
    if not settings.SECURE_COOKIES or any(not o.startswith("https://") for o in public):
        reasons.append("a public origin needs https and SECURE_COOKIES on")
    if settings.TRUSTED_PROXY_COUNT < 1:
        reasons.append("TRUSTED_PROXY_COUNT must say how many proxies stand in front of a public origin")
    return reasons


def _out_of_range() -> list[str]:
    reasons: list[str] = []
    if settings.HANDSHAKES_WAITING_MAX < 1:
        # With none that may wait nobody is let in, and every phone is told to come back for ever.
        reasons.append("HANDSHAKES_WAITING_MAX must be at least 1")
    if not 0 <= settings.ERASE_AFTER_DAYS < ERASE_WITHIN.days:
        reasons.append(f"ERASE_AFTER_DAYS must be from 0 to {ERASE_WITHIN.days - 1}: the consent text promises 20 days")
    return reasons


def _old_database() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major = cursor.fetchone()[0]
    return [] if major >= OLDEST_POSTGRESQL else [f"PostgreSQL {OLDEST_POSTGRESQL} or newer is needed, this is {major}"]


def _volatile_database() -> list[str]:
    if settings.THROWAWAY_DATABASE:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(_DURABLE)])
        found = dict(cursor.fetchall())
    return [f"PostgreSQL runs with {name} = {found[name]}" for name in _DURABLE if found[name] == "off"]


def _foreign_keys() -> list[str]:
    # With new keys one number would pass on two accounts, and nobody would see it.
    if not (is_key(settings.IDENTITY_HMAC_KEY) and is_key(settings.IDENTITY_AES_KEY)) or do_keys_fit_numbers():
        return []
    return ["IDENTITY_HMAC_KEY and IDENTITY_AES_KEY are not those of the numbers stored: restore the kept secrets"]
