"""Signing in and out, and what guards it."""

from typing import Any

import pytest
import redis
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from backend.accounts.models import Person
from backend.infra import counters, valkey
from tests.accounts.conftest import PASSWORD, Post

pytestmark = pytest.mark.django_db
MISMATCH = {
    "status": 400,
    "errors": [{"message": "E-mail hoặc mật khẩu chưa đúng.", "code": "email_password_mismatch", "param": "password"}],
}


@pytest.fixture
def an() -> Person:
    return Person.objects.create_user("an@example.vn", PASSWORD)


def test_login_signs_in_and_rotates_the_session_key(post: Post, client: Client, an: Person):
    session = client.session
    session["seen"] = True
    session.save()
    before = client.session.session_key

    response = post("auth/login", {"email": "AN@example.vn", "password": PASSWORD})

    assert (response.status_code, client.get("/api/me").json()["uuid"]) == (200, str(an.uuid))
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_wrong_password_and_unknown_address_answer_alike(post: Post, an: Person):
    wrong = post("auth/login", {"email": "an@example.vn", "password": "sai mật khẩu"})
    unknown = post("auth/login", {"email": "khong.co@example.vn", "password": "sai mật khẩu"})

    assert (wrong.status_code, wrong.json()) == (400, MISMATCH)
    assert (unknown.status_code, unknown.content) == (400, wrong.content)


def test_wrong_password_in_english(post: Post, an: Person):
    response = post("auth/login", {"email": "an@example.vn", "password": "no"}, headers={"Accept-Language": "en"})

    assert response.json()["errors"][0]["message"] == "The e-mail address or the password is not correct."


def test_closed_account_cannot_sign_in(post: Post, client: Client, an: Person):
    Person.objects.filter(pk=an.pk).update(is_active=False)

    response = post("auth/login", {"email": "an@example.vn", "password": PASSWORD})

    assert (response.status_code, client.get("/api/me").status_code) == (401, 401)


def test_ten_wrong_passwords_close_that_door_only(post: Post, an: Person):
    Person.objects.create_user("binh@example.vn", PASSWORD)
    wrong = {"email": "an@example.vn", "password": "sai mật khẩu"}

    answers = [post("auth/login", wrong).status_code for _ in range(11)]
    right = post("auth/login", {"email": "an@example.vn", "password": PASSWORD})
    other = post("auth/login", {"email": "binh@example.vn", "password": PASSWORD})

    assert answers == [400] * 10 + [429]
    error = {"message": "Sai quá nhiều lần. Chờ vài phút rồi thử lại.", "code": "too_many_login_attempts"}
    assert (right.status_code, right.json()) == (429, {"status": 429, "errors": [error]})
    assert 0 < int(right["Retry-After"]) <= 300
    assert other.status_code == 200


def test_a_crowd_behind_one_address_is_not_locked_out(an: Person):
    body = {"email": "an@example.vn", "password": PASSWORD}

    answers = [
        Client().post("/_allauth/app/v1/auth/login", data=body, content_type="application/json").status_code
        for _ in range(20)
    ]

    assert answers == [200] * 20
    assert not any(int(valkey.client().get(key) or 0) for key in valkey.client().keys("*counter:sign_in_failed*"))


def test_a_place_with_too_many_failures_is_refused(post: Post, an: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backend.accounts.adapter._PLACE", counters.Limit("sign_in_failed_place", 3, 300))

    answers = [
        post("auth/login", {"email": f"p{number}@example.vn", "password": "sai"}).status_code for number in range(4)
    ]

    assert answers == [400, 400, 400, 429]


def test_forged_forwarded_address_does_not_escape_the_limit(post: Post, an: Person):
    wrong = {"email": "an@example.vn", "password": "sai mật khẩu"}

    answers = [
        post("auth/login", wrong, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code for number in range(11)
    ]

    assert answers == [400] * 10 + [429]


def test_signing_in_works_while_valkey_is_away(
    post: Post, client: Client, an: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    nowhere = redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(valkey, "client", lambda: nowhere)
    cache = {"default": {"BACKEND": "backend.infra.cache.ForgetfulCache", "LOCATION": "redis://127.0.0.1:1/0"}}

    with override_settings(CACHES=cache):
        response = post("auth/login", {"email": "an@example.vn", "password": PASSWORD})
        change = post("account/password/change", {"current_password": PASSWORD, "new_password": "mật khẩu mới 9"})

    assert (response.status_code, change.status_code) == (200, 200)
    assert "limit_not_counted" in caplog.text


def test_logout_ends_the_session(post: Post, client: Client, an: Person):
    post("auth/login", {"email": "an@example.vn", "password": PASSWORD})
    key = client.session.session_key

    response = client.delete("/_allauth/browser/v1/auth/session")

    assert (response.status_code, client.get("/api/me").status_code) == (401, 401)
    assert not Session.objects.filter(session_key=key).exists()


def test_password_change_ends_every_other_session(post: Post, client: Client, an: Person):
    other = Client()
    body: dict[str, Any] = {"email": "an@example.vn", "password": PASSWORD}
    token = other.post("/_allauth/app/v1/auth/login", data=body, content_type="application/json").json()["meta"]
    post("auth/login", body)

    wrong = post("account/password/change", {"current_password": "sai", "new_password": "mật khẩu mới 9"})
    right = post("account/password/change", {"current_password": PASSWORD, "new_password": "mật khẩu mới 9"})

    assert wrong.json()["errors"] == [
        {"message": "Mật khẩu hiện tại chưa đúng.", "code": "enter_current_password", "param": "current_password"}
    ]
    assert right.status_code == 200
    mine = client.get("/api/me").status_code
    theirs = Client().get("/api/me", headers={"X-Session-Token": token["session_token"]}).status_code
    assert (mine, theirs) == (200, 401)


def test_password_reset_answers_alike_and_carries_a_link(post: Post, an: Person, mailoutbox: list[Any]):
    known = post("auth/password/request", {"email": "an@example.vn"})
    unknown = post("auth/password/request", {"email": "khong.co@example.vn"})

    assert (known.status_code, known.content) == (200, unknown.content)
    first, second = mailoutbox
    assert (first.to, first.subject) == (["an@example.vn"], "Đặt lại mật khẩu Hội Thi")
    assert "/dat-lai-mat-khau/" in first.body
    assert (second.to, second.subject) == (["khong.co@example.vn"], "Chưa có tài khoản Hội Thi")


def test_the_link_sets_a_new_password_once(post: Post, an: Person, mailoutbox: list[Any]):
    post("auth/password/request", {"email": "an@example.vn"})
    key = mailoutbox[0].body.split("/dat-lai-mat-khau/")[1].split()[0]

    first = post("auth/password/reset", {"key": key, "password": "mật khẩu mới 9"})
    again = post("auth/password/reset", {"key": key, "password": "mật khẩu khác 9"})

    assert first.status_code == 401  # done; allauth asks to sign in now
    assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "invalid_password_reset")
    assert post("auth/login", {"email": "an@example.vn", "password": "mật khẩu mới 9"}).status_code == 200


def test_a_mail_that_cannot_be_sent_changes_no_answer(post: Post, an: Person, caplog: pytest.LogCaptureFixture):
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}

    with override_settings(**smtp):
        response = post("auth/password/request", {"email": "an@example.vn"})

    assert response.status_code == 200
    assert ("mail_not_sent" in caplog.text, "an@example.vn" in caplog.text) == (True, False)
