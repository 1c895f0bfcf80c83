"""The consent text as served."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "first", "deletion"),
    [
        ("vi", "Chúng tôi chỉ hỏi họ tên", "Trong 20 ngày"),
        ("en", "We ask only for your name", "Within 20 days"),
        ("fr", "Chúng tôi chỉ hỏi họ tên", "Trong 20 ngày"),
    ],
)
def test_current_consent_in_the_readers_language(client: Client, language: str, first: str, deletion: str):
    response = client.get("/api/consents/current", headers={"Accept-Language": language})

    body = response.json()
    assert (response.status_code, sorted(body)) == (200, ["lines", "text", "version"])
    assert (body["version"], len(body["lines"])) == (settings.CONSENT_VERSION, 4)
    assert body["lines"][0].startswith(first)
    assert deletion in body["text"]
    assert len(body["text"].split("\n\n")) == 8
