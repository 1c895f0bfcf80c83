"""The proxy holds one address to a pace before a web process hears of it. Read from its file: no nginx runs here."""

import re
from pathlib import Path

from django.conf import settings

NGINX = (Path(__file__).parents[2] / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")


def block(head: str) -> list[str]:
    """Return the directives of a block without blocks inside, by its first line."""
    found = re.search(rf"^\s*{re.escape(head)} \{{\n(.*?)^\s*\}}", NGINX, re.M | re.S)
    assert found is not None, head
    return [line.strip() for line in found[1].splitlines() if line.strip() and not line.strip().startswith("#")]


def test_06_nothing_but_a_refusal_and_the_way_to_https_is_spoken_in_the_clear() -> None:
    plain = re.search(r"^    server \{\n(\s*listen 8080 .*?)^    \}", NGINX, re.M | re.S)
    assert plain is not None
    directives = [line.strip() for line in plain[1].splitlines() if not line.strip().startswith("#")]

    assert directives == [
        "listen 8080 default_server;",
        "server_name _;",
        "if ($http_upgrade) { return 403; }",
        "return 308 https://$host$request_uri;",
    ]
    listening = re.findall(r"^\s*listen (.+);", NGINX, re.M)
    assert listening == ["127.0.0.1:8081", "8080 default_server", "8443 ssl default_server"]


def test_06_whoever_came_once_is_held_to_https() -> None:
    """A block that adds headers of its own has none of those around it."""
    hsts = 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;'
    blocks = re.findall(r"^        location [^{]*\{\n(.*?)^        \}", NGINX, re.M | re.S)
    adding = [one for one in blocks if "add_header" in one]

    assert len(adding) >= 3
    assert [one for one in adding if hsts not in one] == []
    assert hsts in NGINX.split("listen 8443", 1)[1].split("location", 1)[0]


def test_21_handshakes_of_one_address_are_limited_as_the_product_limits_them() -> None:
    rate, burst = settings.HANDSHAKES_PER_S, settings.HANDSHAKES_BURST

    assert f"limit_req_zone $binary_remote_addr zone=handshakes:20m rate={rate}r/s;" in NGINX
    assert f"limit_req zone=handshakes burst={burst} nodelay;" in block("location /ws/")
    assert {"limit_req_status 429;", "limit_conn_status 429;", "limit_conn connections 2000;"} <= {
        line.strip() for line in NGINX.splitlines()
    }


def test_21_who_is_over_the_pace_is_told_so_and_when_to_come_back() -> None:
    told = block("location @busy")

    assert "error_page 429 = @busy;" in NGINX
    assert "add_header Retry-After 5 always;" in told
    assert [line[:11] for line in told if line.startswith("return")] == ["return 429 "]


def test_56_the_proxy_writes_the_address_that_limits_go_by() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX
