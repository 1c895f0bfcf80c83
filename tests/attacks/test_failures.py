"""Attacks 69 and 70: what a failure tells, and what is there for the inside alone."""

import httpx
import pytest
from django.test import Client, override_settings

from backend.accounts.enums import Role
from tests.attacks.conftest import browser_of, told
from tests.attacks.serving import METRICS_TOKEN
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/api/contests", "/_allauth/browser/v1/config", "/livez", "/"])
def test_69_a_failure_of_ours_tells_its_number_alone(monkeypatch: pytest.MonkeyPatch, address: str):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("canary-in-a-traceback")

    monkeypatch.setattr("django.utils.translation.get_language_from_request", fail)
    monkeypatch.setattr("django.middleware.locale.translation.get_language_from_request", fail)

    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == 500
    assert answer.json() == {
        "code": "server_error",
        "detail": "Hệ thống gặp lỗi. Câu đã lưu vẫn an toàn. Thử lại sau ít phút.",
        "request_id": answer.headers["X-Request-Id"],
    }


def test_69_a_failure_inside_a_view_tells_its_number_alone(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("canary-in-a-traceback")

    monkeypatch.setattr("backend.documents.queries.find_documents", fail)

    answer = Client(raise_request_exception=False).get("/api/documents")

    assert answer.status_code == 500
    assert answer.json().keys() == {"code", "detail", "request_id"}
    assert "canary" not in answer.content.decode()


def test_69_a_database_that_is_away_is_503_and_says_to_come_back(monkeypatch: pytest.MonkeyPatch):
    from django.db import OperationalError

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("canary: connection to server at 10.0.0.1 failed")

    monkeypatch.setattr("backend.documents.queries.find_documents", fail)

    answer = Client(raise_request_exception=False).get("/api/documents")

    assert told(answer) == (503, "retry")
    assert answer.headers["Retry-After"] == "2"
    assert "canary" not in answer.content.decode()


def test_70_what_is_for_the_inside_is_not_there_for_the_public(transactional_db: None):
    inside = [
        "/admin",
        "/admin/",
        "/metrics",
        "/api/schema",
        "/__debug__",
        "/static/admin/css/base.css",
        "/.env",
        "/.git/config",
    ]

    for person in (None, make_person()):
        assert [browser_of(person).get(one).status_code for one in inside] == [404] * len(inside)
    assert browser_of(make_person(roles=[Role.ORGANIZER])).get("/api/schema").status_code == 200
    with override_settings(DEMO_SIGN_INS=True):
        assert Client().get("/api/schema").status_code == 200


def test_70_metrics_are_for_the_bearer_of_their_token(http: httpx.Client):
    wrong = ["", "Bearer", "Bearer None", f"Basic {METRICS_TOKEN}", f"Bearer {METRICS_TOKEN}x", "Bearer \xe9"]

    refused = [http.get("/metrics", headers={"Authorization": one.encode("latin-1")}).status_code for one in wrong]
    given = http.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})

    assert refused == [404] * len(wrong)
    assert given.status_code == 200
    assert "hoithi_open_sockets" in given.text
