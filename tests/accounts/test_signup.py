"""Signing up: the person, the profile and the consent together, or none of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from backend.accounts import services
from backend.accounts.models import Consent, Person, Profile, StaffRole
from tests.accounts.conftest import PASSWORD, Post

pytestmark = pytest.mark.django_db


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (Person, Profile, Consent, EmailAddress))


def test_signup_stores_person_profile_and_consent_and_signs_in(post: Post, client: Client, signup_body: dict[str, Any]):
    response = post("auth/signup", signup_body)

    person = Person.objects.get()
    assert response.status_code == 200
    assert response.json()["data"]["user"] == {
        "id": str(person.uuid),
        "display": str(person.uuid),
        "email": "an.nguyen@example.vn",
        "has_usable_password": True,
    }
    me = client.get("/api/me").json()
    given_at = me["consents"][0].pop("given_at")
    assert datetime.fromisoformat(given_at).tzinfo is not None
    assert me == {
        "uuid": str(person.uuid),
        "email": "an.nguyen@example.vn",
        "display_name": "Nguyễn Văn An",
        "units": {"territory": None, "party": None, "workplace": None},
        "locked": False,
        "consents": [{"kind": "take_part", "version": settings.CONSENT_VERSION, "withdrawn_at": None}],
        "roles": [],
        "locale": "vi",
        "born_on": None,
        "born_on_locked": False,
    }


def test_signup_from_an_app_gives_a_session_token(post: Post, signup_body: dict[str, Any]):
    response = post("auth/signup", signup_body, kind="app")

    token = response.json()["meta"]["session_token"]
    me = Client().get("/api/me", headers={"X-Session-Token": token})
    assert (me.status_code, me.json()["display_name"]) == (200, "Nguyễn Văn An")


REFUSED = [
    ({"consent": False}, "consent", "consent_required", "Cần đánh dấu đồng ý cho xử lý dữ liệu cá nhân để tham gia."),
    ({"consent": None}, "consent", "consent_required", "Cần đánh dấu đồng ý cho xử lý dữ liệu cá nhân để tham gia."),
    ({"consent": "yes"}, "consent", "consent_required", "Cần đánh dấu đồng ý cho xử lý dữ liệu cá nhân để tham gia."),
    ({"consent": 1}, "consent", "consent_required", "Cần đánh dấu đồng ý cho xử lý dữ liệu cá nhân để tham gia."),
    (
        {"consent_version": "2020-01"},
        "consent_version",
        "consent_outdated",
        "Nội dung đồng ý đã thay đổi. Tải lại trang và đọc bản mới.",
    ),
    ({"display_name": "A"}, "display_name", "invalid_name", "Họ tên cần từ 2 đến 80 ký tự và không có ký tự lạ."),
    ({"display_name": "A" * 81}, "display_name", "invalid_name", "Họ tên cần từ 2 đến 80 ký tự và không có ký tự lạ."),
    (
        {"display_name": "An\u202eB"},
        "display_name",
        "invalid_name",
        "Họ tên cần từ 2 đến 80 ký tự và không có ký tự lạ.",
    ),
    ({"display_name": 12}, "display_name", "invalid_name", "Họ tên cần từ 2 đến 80 ký tự và không có ký tự lạ."),
    ({"email": "an"}, "email", "invalid", "E-mail chưa đúng. Ví dụ: ten@example.vn"),
    ({"email": ""}, "email", "required", "Cần điền ô này."),
    ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.vn"}, "email", "invalid", None),
    ({"password": ""}, "password", "required", "Cần điền ô này."),
    ({"password": "ngan"}, "password", "password_too_short", "Mật khẩu cần ít nhất 8 ký tự."),
    (
        {"password": "password123"},
        "password",
        "password_too_common",
        "Mật khẩu này quá dễ đoán. Chọn mật khẩu khác.",
    ),
    ({"password": "x" * 129}, "password", "password_too_long", "Mật khẩu dài nhất 128 ký tự."),
]


@pytest.mark.parametrize(("change", "param", "code", "message"), REFUSED)
def test_signup_is_refused_and_nothing_is_stored(
    post: Post, signup_body: dict[str, Any], change: dict[str, Any], param: str, code: str, message: str | None
):
    response = post("auth/signup", signup_body | change)

    expected = {"message": message or "E-mail chưa đúng. Ví dụ: ten@example.vn", "code": code, "param": param}
    assert (response.status_code, response.json()) == (400, {"status": 400, "errors": [expected]})
    assert nothing_stored()


def test_signup_without_any_field_names_each(post: Post):
    response = post("auth/signup", {})

    codes = {error["param"]: error["code"] for error in response.json()["errors"]}
    assert codes == {
        "display_name": "invalid_name",
        "consent": "consent_required",
        "email": "required",
        "password": "required",
    }


def test_signup_refusals_in_english(post: Post, signup_body: dict[str, Any]):
    response = post("auth/signup", signup_body | {"consent": False}, headers={"Accept-Language": "en"})

    message = "Please tick the box: taking part needs your consent to the use of personal data."
    assert response.json()["errors"] == [{"message": message, "code": "consent_required", "param": "consent"}]


def test_taken_email_is_refused_whatever_its_case(post: Post, client: Client, signup_body: dict[str, Any]):
    post("auth/signup", signup_body)
    client.logout()

    response = post("auth/signup", signup_body | {"email": "AN.nguyen@EXAMPLE.vn", "display_name": "Kẻ khác"})

    message = "E-mail này đã có tài khoản. Hãy đăng nhập hoặc lấy lại mật khẩu."
    error = {"message": message, "code": "email_taken", "param": "email"}
    assert (response.status_code, response.json()) == (400, {"status": 400, "errors": [error]})
    assert [profile.display_name for profile in Profile.objects.all()] == ["Nguyễn Văn An"]


def test_address_taken_between_check_and_insert_is_refused(
    post: Post, signup_body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    def lose_the_race(**_: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(services, "register_person", lose_the_race)

    response = post("auth/signup", signup_body)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "email_taken")
    assert nothing_stored()


def test_failing_consent_leaves_no_person(signup_body: dict[str, Any]):
    with pytest.raises(IntegrityError):
        services.register_person(
            person=Person(email="an@example.vn"),
            display_name="An",
            locale="vi",
            consent_version="1",
            given_at=None,  # type: ignore[arg-type]  # the database refuses it
        )

    assert nothing_stored()


def test_the_password_is_kept_as_an_argon2_hash(real_hashes: None, post: Post, signup_body: dict[str, Any]):
    post("auth/signup", signup_body)

    stored = Person.objects.get().password
    assert (stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$"), PASSWORD in stored) == (True, False)


def test_extra_fields_at_signup_have_no_effect(post: Post, signup_body: dict[str, Any]):
    # A number the sequence never comes to, however many tests ran before this one.
    wanted = 2**40
    extra = {"is_staff": True, "roles": ["admin"], "is_demo": True, "uuid": str(UUID(int=1)), "id": wanted}

    response = post("auth/signup", signup_body | extra)

    person = Person.objects.get()
    assert response.status_code == 200
    assert (person.is_demo, person.uuid == UUID(int=1), person.pk == wanted) == (False, False, False)
    assert not StaffRole.objects.exists()


UNSOUND = [
    ('{"email": "a', "invalid_input", 400),
    ("[1]", "invalid_input", 400),
    ("[" * 100_000, "invalid_input", 400),
    ('{"email": "a\\u0000@example.vn"}', "invalid_input", 400),
    ('{"display_name": "\\ud800An"}', "invalid_input", 400),
    ('{"email": {"$ne": null}}', "invalid_input", 400),
    ('{"email": "' + "a" * 300_000 + '"}', "body_too_large", 413),
]


@pytest.mark.parametrize(("body", "code", "status"), UNSOUND, ids=[str(number) for number in range(len(UNSOUND))])
@pytest.mark.parametrize("address", ["auth/signup", "auth/login"])
def test_unsound_bodies_are_refused(post: Post, address: str, body: str, code: str, status: int):
    response = post(address, body)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (status, code)


def test_only_json_is_read(client: Client, signup_body: dict[str, Any]):
    response = client.post("/_allauth/browser/v1/auth/signup", data=signup_body)

    error = {"message": "Dữ liệu phải gửi dưới dạng JSON.", "code": "unsupported_media_type"}
    assert (response.status_code, response.json()) == (415, {"status": 415, "errors": [error]})


def test_signup_from_a_browser_needs_the_csrf_token(signup_body: dict[str, Any]):
    browser = Client(enforce_csrf_checks=True)

    without = browser.post("/_allauth/browser/v1/auth/signup", data=signup_body, content_type="application/json")
    browser.get("/_allauth/browser/v1/config")
    token = browser.cookies["csrftoken"].value
    response = browser.post(
        "/_allauth/browser/v1/auth/signup",
        data=signup_body,
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )

    assert (without.status_code, response.status_code) == (403, 200)


def test_addresses_nobody_needs_are_closed(client: Client, post: Post, signup_body: dict[str, Any]):
    post("auth/signup", signup_body)

    answers = [client.get(f"/_allauth/browser/v1/account/{name}").status_code for name in ("phone", "email")]

    assert answers == [404, 404]


def test_no_personal_value_reaches_the_logs(post: Post, signup_body: dict[str, Any], caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    post("auth/signup", signup_body)
    post("auth/signup", signup_body | {"consent": False, "email": "an.canary@example.vn"})
    post("auth/login", {"email": "an.canary@example.vn", "password": PASSWORD})

    written = caplog.text
    assert not [word for word in ("nguyen@", "canary", "Văn An", PASSWORD) if word.lower() in written.lower()]
