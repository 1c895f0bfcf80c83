"""How long browsers may keep the built front end's files."""

from wsgiref.headers import Headers

import pytest

from backend.config.files import add_cache_headers


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("/assets/index-DUofLBSy.js", "max-age=31536000, public, immutable"),
        ("/sw.js", "no-cache"),
        ("/icon.svg", "max-age=60, public"),
    ],
)
def test_hashed_assets_are_kept_and_the_service_worker_is_asked_for_anew(url: str, wanted: str) -> None:
    headers = Headers([("Cache-Control", "max-age=60, public")])

    add_cache_headers(headers, "", url)

    assert headers.items() == [("Cache-Control", wanted)]
