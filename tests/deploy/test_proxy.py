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
