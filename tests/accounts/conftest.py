"""A browser and an app that speak to allauth's addresses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as product
from django.http import HttpResponse
from django.test import Client

PASSWORD = "một hai ba bốn 1234"
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def _quick_hashes(request: pytest.FixtureRequest, settings: Any) -> None:
    """A hundred sign-ins need no hard hashes; `real_hashes` keeps them."""
    if "real_hashes" not in request.fixturenames:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def real_hashes() -> None:
    """Ask for the hashes of production."""


@pytest.fixture
def signup_body() -> dict[str, Any]:
    return {
        "email": "An.Nguyen@example.vn",
        "password": PASSWORD,
        "display_name": "  Nguyễn   Văn An ",
        "consent": True,
        "consent_version": product.CONSENT_VERSION,
    }


@pytest.fixture
def post(client: Client) -> Post:
    """Post JSON to one of allauth's browser addresses."""

    def send(address: str, body: Any, *, headers: dict[str, str] | None = None, kind: str = "browser") -> HttpResponse:
        url = f"/_allauth/{kind}/v1/{address}"
        return client.post(url, data=body, content_type="application/json", headers=headers)

    return send
