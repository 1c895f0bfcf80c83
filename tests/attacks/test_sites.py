"""Attacks 53, 54 and 61 to 64: what other sites, and texts that would be pages, do through a browser."""

import httpx
import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from tests.attacks.conftest import browser_of, told
from tests.attacks.serving import Live
from tests.attempts.serving import sign_in
from tests.factories import make_clause, make_person, make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("token", [None, "a" * 64, ""])
def test_53_a_session_without_the_pages_token_is_csrf_failed(
    transactional_db: None, open_attempt: Attempt, citizen: Person, token: str | None
):
    browser = browser_of(citizen, enforce_csrf_checks=True)
    headers = {} if token is None else {"X-CSRFToken": token}
    addresses = [
        f"/api/attempts/{open_attempt.uuid}/answers",
        f"/api/attempts/{open_attempt.uuid}/submit",
        f"/api/rounds/{open_attempt.round.uuid}/attempts",
    ]

    answers = [browser.post(one, {}, content_type="application/json", headers=headers) for one in addresses]

    sentence = "Trang này mở đã lâu hoặc trình duyệt chặn cookie. Tải lại trang rồi thử lại."
    assert [(one.status_code, one.json()) for one in answers] == [
        (403, {"code": "csrf_failed", "detail": sentence})
    ] * len(addresses)
    open_attempt.refresh_from_db()
    assert (open_attempt.state, Answer.objects.count(), Attempt.objects.count()) == ("open", 0, 1)


def test_53_a_form_of_another_site_signs_nobody_in():
    browser = browser_of(None, enforce_csrf_checks=True)

    answer = browser.post("/_allauth/browser/v1/auth/login", {"email": "a@b.c"}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "csrf_failed"


def test_53_a_token_from_another_origin_does_not_help(live: Live, transactional_db: None):
    person = make_person(name="Lê An")
    cookies = {settings.SESSION_COOKIE_NAME: sign_in(person), "csrftoken": "a" * 32}
    headers = {"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"}

    with httpx.Client(base_url=live.origin, cookies=cookies, timeout=15) as browser:
        foreign = browser.patch("/api/me", json={"display_name": "Another"}, headers=headers)
        own = browser.patch("/api/me", json={"display_name": "Lê Bình"}, headers={**headers, "Origin": live.origin})

    assert told(foreign) == (403, "csrf_failed")
    assert own.status_code == 200


def test_54_no_origin_is_ever_allowed_to_read():
    browser = browser_of(make_person())
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"}

    answers = [browser.get("/api/me", headers=evil), browser.options("/api/me", headers=evil), browser.get("/")]

    assert [name for one in answers for name in one.headers if name.lower().startswith("access-control")] == []


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ settings.SECRET_KEY }} ${7*7} <%= 7*7 %>",
    "' OR 1=1; DROP TABLE accounts_person; --",
    "![x](http://127.0.0.1:1/latest/meta-data)",
]


@pytest.mark.parametrize("text", MARKUP)
def test_61_62_63_markup_queries_and_addresses_stay_the_text_they_are(text: str):
    make_clause()
    organizer = browser_of(make_person(name=f"An {text}"[:80], roles=[Role.ORGANIZER]))
    draft = {
        "stem": text,
        "kind": "single",
        "options": [{"option": 1, "text": text}, {"option": 2, "text": "B"}],
        "key_options": [1],
        "topic": make_question().topic.key,
        "difficulty": 1,
        "explanation": text,
    }

    made = organizer.post("/api/staff/questions", draft, content_type="application/json")
    found = organizer.get("/api/staff/questions", {"q": text})

    assert made.status_code == 201
    assert (made.json()["stem"], made.json()["options"][0]["text"], made.json()["explanation"]) == (text,) * 3
    assert made.headers["Content-Type"] == "application/json"
    assert made.headers["X-Content-Type-Options"] == "nosniff"
    assert found.status_code == 200
    assert Person.objects.exists()


def test_61_pages_forbid_foreign_and_inline_scripts():
    answer = Client().get("/")

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["object-src"]) == ("'self'", "'self'", "'none'")
    assert (policy["base-uri"], policy["frame-ancestors"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_64_no_answer_sends_anybody_elsewhere(where: str):
    person = make_person(email="an@example.test")
    person.set_password("một hai ba bốn 1234")
    person.save()
    body = {"email": "an@example.test", "password": "một hai ba bốn 1234", "next": where}

    answers = [
        Client().post(
            "/_allauth/browser/v1/auth/login", body, content_type="application/json", query_params={"next": where}
        ),
        Client().get("/dang-nhap", {"next": where}),
        Client().get("/quan-tri", {"next": where}),
        Client().get(f"/{where}"),
    ]

    assert [one.headers.get("Location") for one in answers] == [None] * 4
    assert answers[0].status_code == 200
