"""Start-up refuses unsafe settings, with every reason at once."""

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from backend.accounts.services import state_identity
from backend.config import checks
from backend.config.checks import refuse_unsafe_settings
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def safe(settings: Settings) -> Settings:
    settings.SECRET_KEY = "x" * 50
    settings.IDENTITY_HMAC_KEY, settings.IDENTITY_AES_KEY = "0a" * 32, "0B" * 32
    settings.ALLOWED_HOSTS = ["hoithi.example"]
    settings.ALLOWED_ORIGINS = ["https://hoithi.example"]
    settings.SECURE_COOKIES = True
    settings.TRUSTED_PROXY_COUNT = 1
    settings.DEBUG = False
    settings.DEMO_SIGN_INS = False
    settings.HANDSHAKES_WAITING_MAX = 1
    settings.THROWAWAY_DATABASE = True
    return settings


def test_safe_settings_pass(safe: Settings) -> None:
    refuse_unsafe_settings()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("IDENTITY_HMAC_KEY", "", "IDENTITY_HMAC_KEY must have 64"),
        ("IDENTITY_AES_KEY", "0" * 62 + "xy", "IDENTITY_AES_KEY must have 64"),
        ("IDENTITY_AES_KEY", "0a" * 32, "must differ"),
        ("IDENTITY_AES_KEY", "0A" * 32, "must differ"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS"),
        ("ALLOWED_ORIGINS", [], "ALLOWED_ORIGINS"),
        ("ALLOWED_ORIGINS", ["http://hoithi.example"], "https"),
        ("HANDSHAKES_WAITING_MAX", 0, "HANDSHAKES_WAITING_MAX must be at least 1"),
        ("HANDSHAKES_WAITING_MAX", -5, "HANDSHAKES_WAITING_MAX must be at least 1"),
        ("ERASE_AFTER_DAYS", 20, "ERASE_AFTER_DAYS must be from 0 to 19"),
        ("ERASE_AFTER_DAYS", -1, "ERASE_AFTER_DAYS must be from 0 to 19"),
        ("SECURE_COOKIES", False, "SECURE_COOKIES"),
        ("DEBUG", True, "DEBUG"),
        ("DEMO_SIGN_INS", True, "DEMO_SIGN_INS"),
        ("TRUSTED_PROXY_COUNT", 0, "TRUSTED_PROXY_COUNT"),
    ],
)
def test_each_unsafe_setting_is_refused_by_name(safe: Settings, name: str, value: object, reason: str) -> None:
    setattr(safe, name, value)

    with pytest.raises(CommandError, match=reason):
        refuse_unsafe_settings()


def test_all_reasons_are_told_together(safe: Settings) -> None:
    safe.SECRET_KEY = "short"
    safe.DEBUG = True

    with pytest.raises(CommandError) as refusal:
        refuse_unsafe_settings()

    assert len(str(refusal.value).splitlines()) == 3


def test_a_database_that_forgets_is_refused(safe: Settings) -> None:
    from django.db import connection

    safe.THROWAWAY_DATABASE = False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    with pytest.raises(CommandError, match="synchronous_commit = off"):
        refuse_unsafe_settings()


def test_a_database_too_old_for_the_statements_is_refused(safe: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_unsafe_settings()
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)

    with pytest.raises(CommandError, match="PostgreSQL 99 or newer is needed, this is 18"):
        refuse_unsafe_settings()


@pytest.mark.parametrize("name", ["IDENTITY_HMAC_KEY", "IDENTITY_AES_KEY"])
def test_keys_that_are_not_those_of_the_stored_numbers_are_refused(safe: Settings, name: str) -> None:
    state_identity(person=make_person(), number="001090000123", at=NOON)
    refuse_unsafe_settings()
    setattr(safe, name, "0c" * 32)

    with pytest.raises(CommandError, match="not those of the numbers stored"):
        refuse_unsafe_settings()
