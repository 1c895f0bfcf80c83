"""Attacks 48 to 72 of the list: what is asked of the HTTP side by those who mean no good."""

import json
import time
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person, Profile, StaffRole
from backend.attempts.models import Attempt
from backend.config.protocols import HEADERS_S
from backend.config.slow_clients import BODY_S
from backend.contests.models import Round
from backend.questions.models import Question
from tests.attacks.conftest import browser_of, told
from tests.attacks.serving import Live, raw_exchange
from tests.attempts.serving import token_of
from tests.factories import make_person, make_question, make_unit

pytestmark = pytest.mark.django_db
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "field", ["is_staff", "is_superuser", "role", "roles", "score", "email", "is_active", "uuid", "id", "consents"]
)
def test_48_patch_me_with_what_is_not_ones_own_to_change_is_refused(field: str):
    person = make_person(name="Lê An", email="an@example.test")

    answer = browser_of(person).patch(
        "/api/me", {"display_name": "Another Name", field: "admin"}, content_type="application/json"
    )

    assert told(answer) == (400, "unknown_field")
    assert list(Person.objects.filter(pk=person.pk).values_list("email", "is_active", "profile__display_name")) == [
        ("an@example.test", True, "Lê An")
    ]
    assert not StaffRole.objects.exists()


@pytest.mark.parametrize(
    "query", ["limit=1000000000", "page_size=1000000000", "offset=1000000000", "page=2", "limit=0"]
)
def test_50_pages_are_small_and_go_by_key(transactional_db: None, open_round: Round, query: str):
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))

    answers = [
        organizer.get(f"{address}?{query}")
        for address in (
            f"/api/rounds/{open_round.uuid}/standings",
            "/api/staff/questions",
            "/api/units?facet=territory",
        )[: 3 if "facet" not in query else 2]
        if "?" not in address
    ]

    assert {answer.status_code for answer in answers} == {400}


def test_51_bodies_over_the_limit_are_413_and_deep_ones_400(transactional_db: None, http: httpx.Client):
    person = make_person(name="Lê An")
    deep = '{"display_name":' + "[" * 40 + "]" * 40 + "}"
    large = b'{"display_name":"' + b"a" * 300_000 + b'"}'

    def patch(content: Any) -> tuple[int, str]:
        return told(http.patch("/api/me", content=content, headers={**JSON, **token_of(person)}))

    assert patch(deep) == (400, "invalid_input")
    assert patch(large) == (413, "body_too_large")
    assert patch(iter([large[:200_000], large[200_000:]])) == (413, "body_too_large")  # chunked: no length announced
    assert Profile.objects.get(person=person).display_name == "Lê An"


def test_51_a_length_that_is_only_announced_is_refused_without_waiting_for_it(live: Live):
    head = f"POST /api/me HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nContent-Length: 99999999999\r\n\r\n"

    # Waiting would end in 408.
    assert raw_exchange(live.port, head.encode(), timeout_s=20).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"])
def test_52_json_under_another_name_is_415(kind: str):
    person = make_person(name="Lê An")
    app = Client()

    answer = app.generic("PATCH", "/api/me", '{"display_name":"Another"}', kind, headers=token_of(person))

    assert told(answer) == (415, "unsupported_media_type")
    assert Profile.objects.get(person=person).display_name == "Lê An"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "a b", "*"])
@pytest.mark.parametrize("address", ["/api/contests", "/", "/_allauth/browser/v1/config"])
def test_55_a_foreign_host_is_400_and_not_repeated(host: str, address: str):
    answer = Client(raise_request_exception=False).get(address, headers={"Host": host})

    assert answer.status_code == 400
    body = answer.json()
    assert "bad_request" in (body.get("code"), (body.get("errors") or [{}])[0].get("code"))
    assert "evil" not in answer.content.decode()


def test_55_a_forged_host_does_not_get_into_the_letter(mailoutbox: list[Any]):
    make_person(email="an@example.test")
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}

    answer = Client().post(
        "/_allauth/browser/v1/auth/password/request",
        {"email": "an@example.test"},
        content_type="application/json",
        headers=forged,
    )

    assert (answer.status_code, len(mailoutbox)) == (200, 1)
    assert "evil" not in mailoutbox[0].body + str(mailoutbox[0].extra_headers)


def test_58_methods_that_an_address_does_not_take_are_405(transactional_db: None, open_attempt: Attempt):
    person = browser_of(open_attempt.person)
    wrong = [
        ("TRACE", "/api/me"),
        ("TRACE", "/"),
        ("POST", "/quan-tri"),
        ("DELETE", "/livez"),
        ("PUT", "/api/me"),
        ("DELETE", "/api/me"),
        ("PUT", "/api/contests"),
        ("POST", f"/api/rounds/{open_attempt.round.uuid}/standings"),
        ("PUT", f"/api/attempts/{open_attempt.uuid}"),
        ("DELETE", f"/api/attempts/{open_attempt.uuid}"),
        ("GET", f"/api/attempts/{open_attempt.uuid}/submit"),
        ("PATCH", f"/api/attempts/{open_attempt.uuid}/result"),
        ("CONNECT", "/api/me"),
        ("BREW", "/api/me"),
    ]

    statuses = [person.generic(method, address).status_code for method, address in wrong]

    assert statuses == [405] * len(wrong)
    open_attempt.refresh_from_db()
    assert open_attempt.state == "open"


def test_58_a_method_named_elsewhere_is_not_taken(transactional_db: None, open_attempt: Attempt):
    person = browser_of(open_attempt.person)
    headers = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", "X-Method-Override": "POST"}

    answer = person.get(f"/api/attempts/{open_attempt.uuid}/submit?_method=POST", headers=headers)

    assert told(answer) == (405, "method_not_allowed")
    open_attempt.refresh_from_db()
    assert open_attempt.state == "open"


@pytest.mark.parametrize(
    "body", ['{"display_name":"L\\u0000e"}', '{"display_name":"L\0e"}', '{"display_name":"\\ud800e"}', '{"x\\u0000":1}']
)
def test_59_nul_and_half_letters_in_text_are_400(body: str):
    person = make_person(name="Lê An")

    answer = browser_of(person).patch("/api/me", body, content_type="application/json")

    assert told(answer)[0] == 400
    assert Profile.objects.get(person=person).display_name == "Lê An"


@pytest.mark.parametrize("q", ["%00", "a%00b", "%ED%A0%80", "%FF"])
@pytest.mark.parametrize(
    "address", ["/api/documents?q={}", "/api/units?facet=territory&q={}", "/api/staff/questions?q={}"]
)
def test_59_nul_in_a_search_is_no_failure_of_ours(address: str, q: str):
    answer = browser_of(make_person(roles=[Role.ORGANIZER])).get(address.format(q))

    assert answer.status_code == (400 if "%00" in q else 200)


@pytest.mark.parametrize(
    "date", ["2026-02-30", "2026-13-01", "0000-01-01", "2026-1-1T00:00", "tomorrow", 20261101, "9" * 5000, True]
)
def test_66_dates_that_do_not_exist_are_400_and_named(date: Any):
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))
    make_question()
    body = {"stem": "Câu?", "kind": "single", "topic": "kinh-te", "difficulty": 1, "valid_as_of": date}

    answer = organizer.post("/api/staff/questions", body, content_type="application/json")

    assert told(answer) == (400, "invalid_input")
    assert list(answer.json()["fields"]) == ["valid_as_of"]
    assert Question.objects.count() == 1


def test_67_edits_name_the_version_they_change():
    version = make_question(stem="Trước?")
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))
    address = f"/api/staff/questions/{version.question.uuid}"
    body = {"stem": "Sau?", "kind": "single", "topic": "kinh-te", "difficulty": 1}

    def put(**headers: str) -> tuple[int, str]:
        return told(organizer.put(address, body, content_type="application/json", headers=headers))

    assert put() == (428, "precondition_required")
    assert [put(**{"If-Match": one}) for one in ('"stale"', "*", "x" * 5000, '"a", "b"')] == [
        (412, "precondition_failed")
    ] * 4
    assert list(Question.objects.get().versions.values_list("stem", flat=True)) == ["Trước?"]


def test_68_what_has_no_key_or_citation_is_not_published():
    version = make_question(state="draft")
    version.citations.all().delete()
    organizer = browser_of(make_person(roles=[Role.ORGANIZER]))

    answer = organizer.post(f"/api/staff/questions/{version.question.uuid}/submit")

    assert told(answer) == (422, "question_incomplete")
    version.refresh_from_db()
    assert version.state == "draft"


@pytest.mark.slow
def test_72_slow_headers_and_slow_bodies_end_and_hold_nobody_up(live: Live, http: httpx.Client):
    """More slow bodies than there are places in Django, and slow heads beside them, all at the same time."""
    host = f"Host: 127.0.0.1:{live.port}\r\n"
    body = f"PATCH /api/me HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    head = f"GET /livez HTTP/1.1\r\n{host}X-Slow: "
    ended: list[tuple[str, bytes, float]] = []
    began = time.monotonic()

    def drip(kind: str, sent: str) -> None:
        response = raw_exchange(live.port, sent.encode(), timeout_s=40)
        ended.append((kind, response[:12], time.monotonic() - began))

    threads = [
        Thread(target=drip, args=one) for one in [("body", body)] * 12 + [("head", head)] * 3 + [("none", "")] * 3
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    healthy = http.get("/api/documents")
    waited = healthy.elapsed
    for thread in threads:
        thread.join()

    assert healthy.status_code == 200
    assert waited < timedelta(seconds=8)  # before the first of the slow ones ends
    assert sorted((kind, start) for kind, start, _ in ended) == sorted(
        [("body", b"HTTP/1.1 408")] * 12 + [("head", b"")] * 3 + [("none", b"")] * 3
    )
    assert max(after for _, _, after in ended) < 25  # ten seconds, and what a busy machine adds
    assert max(BODY_S, HEADERS_S) <= 10


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png"])
def test_answers_are_json_whatever_is_asked_for(accept: str):
    """The browsable API, or a failure of ours, would be the other answers."""
    answer = Client(raise_request_exception=False).get("/api/documents", headers={"Accept": accept})

    assert told(answer) == (406, "not_acceptable")


@pytest.mark.parametrize("query", ["format=xml", "format=api", "format=json&format=x"])
def test_no_query_chooses_another_form(query: str):
    assert Client(raise_request_exception=False).get(f"/api/documents?{query}").status_code in {400, 404}


def test_answers_about_persons_are_not_kept():
    person = browser_of(make_person())

    kept = {one: person.get(one).headers["Cache-Control"] for one in ("/api/me", "/api/contests", "/api/nothing")}

    assert kept == dict.fromkeys(kept, "no-store")


def test_unknown_addresses_are_404_in_our_own_words(http: httpx.Client):
    person = {"X-Session-Token": "x"}
    for address in (
        "/api",
        "/api/",
        "/api/nope",
        "/api/nope%0Aagain",
        f"/api/attempts/{uuid4()}/key",
        "/api/me/",
        "/api/../api/nope",
    ):
        answer = http.get(address, headers=person)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "not_found")


def test_units_of_a_person_are_never_listed_by_anybody():
    secret = make_unit(name="Chi bộ canary", facet="party")
    make_person(name="Lê An").memberships.create(facet="party", unit=secret)

    for person in (None, make_person()):
        answer = browser_of(person).get("/api/me")
        assert "canary" not in answer.content.decode()
