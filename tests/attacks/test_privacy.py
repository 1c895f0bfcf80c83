"""Attacks 73 to 96 of the list: who a person is stays with that person, in answers, logs and caches alike."""

import json
import logging
import re
from typing import Any

import httpx
import pytest
import structlog
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from backend.accounts.models import Person
from backend.contests.models import Round
from backend.infra import clock, valkey
from backend.participation.services import drain_all
from tests.attacks.conftest import browser_of
from tests.attacks.serving import Live
from tests.attempts.serving import Opener, sign_in
from tests.factories import make_contest, make_person, make_unit
from tests.results_at_hand import record

EMAIL = "canary.of.an.address@example.test"
NAME = "Chim Hoàng Yến Canary"
PASSWORD = "canary-of-a-password-42"
AGENT = "canary-of-a-browser"


@pytest.mark.django_db(transaction=True)
def test_93_no_personal_value_is_printed_whatever_happens(
    live: Live, http: httpx.Client, open_round: Round, open_socket: Opener
):
    """One person's whole way through the product, with every refusal on it, against all the process ever printed."""
    ward, began = make_unit(), len(live.printed())
    headers = {"User-Agent": AGENT, "X-Forwarded-For": "203.0.113.77"}
    signup = {"email": EMAIL, "password": PASSWORD, "display_name": NAME, "consent": True, "consent_version": "2026-11"}

    made = http.post("/_allauth/app/v1/auth/signup", json=signup, headers=headers)
    session = made.json()["meta"]["session_token"]
    signed_in = {**headers, "X-Session-Token": session}
    requests = [
        ("POST", "/_allauth/app/v1/auth/signup", signup),
        ("POST", "/_allauth/app/v1/auth/login", {"email": EMAIL, "password": PASSWORD + "x"}),
        ("POST", "/_allauth/app/v1/auth/login", {"email": EMAIL, "password": PASSWORD}),
        ("POST", "/_allauth/app/v1/auth/password/request", {"email": EMAIL}),
        ("POST", "/_allauth/app/v1/auth/password/reset", {"key": f"{session}-{EMAIL}", "password": PASSWORD}),
        ("PATCH", "/api/me", {"territory": str(ward.uuid), "display_name": NAME}),
        ("PATCH", "/api/me", {EMAIL: NAME}),
        ("PATCH", "/api/me", {"display_name": NAME + "\0"}),
        ("GET", f"/api/units?facet=territory&q={NAME}", None),
        ("GET", f"/api/{EMAIL}", None),
        ("GET", f"/{EMAIL}?name={NAME}", None),
        ("POST", f"/api/rounds/{open_round.uuid}/attempts", {}),
        ("POST", f"/api/rounds/{open_round.uuid}/attempts", {"email": EMAIL}),
    ]
    for method, path, body in requests:
        http.request(method, path, json=body, headers=signed_in)
    attempt = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=signed_in).json()["uuid"]
    socket = open_socket(attempt, session=session)
    socket.read()
    for text in (EMAIL, json.dumps({"t": NAME}), json.dumps({"t": "answer", "seq": 1, "item": 1, "choice": [NAME]})):
        socket.send(text)
        socket.read()
    http.post(f"/api/attempts/{attempt}/submit", json={}, headers=signed_in)
    http.get(f"/api/rounds/{open_round.uuid}/standings", headers={"Host": f"yen-{AGENT}.example"})

    printed = live.printed()[began:]
    secrets = [EMAIL, NAME, PASSWORD, session, AGENT, "203.0.113.77", "canary"]
    assert made.status_code == 200
    assert [one for one in secrets if one in printed] == []
    assert re.findall(r"Traceback|\"level\": \"(?:error|critical)\"", printed) == []


@pytest.mark.django_db(transaction=True)
def test_93_valkey_keeps_no_personal_value(http: httpx.Client, open_round: Round):
    person = make_person(name=NAME, email=EMAIL, territory=make_unit())
    session = sign_in(person)
    headers = {"X-Session-Token": session}
    http.post("/_allauth/app/v1/auth/login", json={"email": EMAIL, "password": "wrong"})
    attempt = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers).json()["uuid"]
    http.post(f"/api/attempts/{attempt}/submit", json={}, headers=headers)
    drain_all()
    http.get(f"/api/rounds/{open_round.uuid}/standings")

    client = valkey.client()
    kept = [(key, client.dump(key) or b"") for key in client.scan_iter("*")]
    assert kept != []
    for secret in (EMAIL, NAME, session):
        assert [key for key, value in kept if secret.encode() in key + value] == []


@pytest.mark.django_db
def test_93_a_failure_of_the_database_is_logged_without_the_values_it_names():
    """PostgreSQL repeats values in its errors: `DETAIL: Key (email)=(...) already exists.`"""
    make_person(email=EMAIL)
    formatter = next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )

    try:
        with transaction.atomic():
            make_person(email=EMAIL)
    except IntegrityError as error:
        failure = error
    record = logging.LogRecord(
        "django.request", logging.ERROR, "x.py", 1, "failed: %s", (str(failure),), (type(failure), failure, None)
    )

    printed = formatter.format(record)
    assert EMAIL in str(failure)
    assert "IntegrityError" in printed
    assert EMAIL not in printed


@pytest.mark.django_db
def test_94_cells_of_fewer_than_five_are_hidden_from_the_public_and_names_masked():
    one = make_contest(now=clock.now()).rounds.get()
    small, big = make_unit(name="Phường Nhỏ"), make_unit(name="Phường Lớn")
    for ward, count in ((small, 3), (big, 9)):
        for number in range(count):
            record(person=make_person(name=f"Canary Thị Số{number}"), round=one, correct=1, territory=ward)

    for person in (None, make_person()):
        table = browser_of(person).get(f"/api/rounds/{one.uuid}/participation").json()
        rows = {line["unit"]["name"]: (line["people"], line["suppressed"]) for line in table["results"]}
        assert rows["Phường Nhỏ"] == (None, True)
        board = browser_of(person).get(f"/api/rounds/{one.uuid}/standings").content.decode()
        assert "Canary" not in board


@pytest.mark.django_db
def test_74_unknown_and_known_addresses_cost_the_same_hash(monkeypatch: pytest.MonkeyPatch):
    """With the hashes of production, which are what takes the time. Counted: a clock would measure the machine."""
    person = make_person(email=EMAIL)
    person.set_password(PASSWORD)
    person.save()
    hashed: list[str] = []

    def count(name: str) -> None:
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: Argon2PasswordHasher, password: str, other: str) -> Any:
            hashed.append(password)
            return real(self, password, other)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    for name in ("encode", "verify"):
        count(name)

    def cost_of(email: str) -> list[str]:
        hashed.clear()
        body = {"email": email, "password": "wrong"}
        answer = Client().post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
        assert answer.status_code == 400
        return list(hashed)

    assert [cost_of(EMAIL), cost_of("nobody@example.test")] == [["wrong"], ["wrong"]]


@pytest.mark.django_db
def test_77_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites():
    person = make_person(email=EMAIL)
    person.set_password(PASSWORD)
    person.save()
    body = {"email": EMAIL, "password": PASSWORD}

    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
        answer = browser.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")

    cookie: Any = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert answer.status_code == 200
    assert cookie.value != "a" * 32
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["domain"]) == (True, True, "Lax", "")


@pytest.mark.django_db
def test_96_a_ticked_box_is_json_true_and_nothing_else():
    body = {"email": EMAIL, "password": PASSWORD, "display_name": NAME, "consent_version": settings.CONSENT_VERSION}

    answers = [
        Client().post("/_allauth/app/v1/auth/signup", {**body, "consent": tick}, content_type="application/json")
        for tick in (False, None, "true", "yes", 1, "on")
    ]

    assert [one.status_code for one in answers] == [400] * 6
    assert {one.json()["errors"][0]["code"] for one in answers} == {"consent_required"}
    assert not Person.objects.exists()
