"""Whose handshake it is, and that each address has a bucket of its own."""

from typing import Any

import pytest

from backend.config.handshakes import HandshakeLimit
from backend.infra.sockets.address import client_address, is_this_machine


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, None, "198.51.100.1"),
        (0, "203.0.113.7", "198.51.100.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.1, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "203.0.113.7", "198.51.100.1"),
        (1, None, "198.51.100.1"),
        (1, "", "198.51.100.1"),
    ],
)
def test_what_a_client_claims_about_itself_is_not_believed(proxies: int, said: str | None, address: str):
    headers = [] if said is None else [(b"x-forwarded-for", said.encode())]
    scope = {"headers": headers, "client": ("198.51.100.1", 4711)}

    assert client_address(scope, trusted_proxies=proxies) == address


def test_loopback_in_every_spelling_is_this_machine():
    found = {one: is_this_machine(one) for one in ("127.0.0.1", "127.8.9.1", "::1", "198.51.100.1", "", "localhost")}

    assert found == {
        "127.0.0.1": True, "127.8.9.1": True, "::1": True, "198.51.100.1": False, "": False, "localhost": False
    }  # fmt: skip


async def test_21_each_address_has_its_own_limit_and_this_machine_none():
    entered: list[str] = []
    refused: list[tuple[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        entered.append(scope["client"][0])

    limit = HandshakeLimit(application, per_s=0.001, burst=2)
    for address in ["198.51.100.1"] * 4 + ["198.51.100.2"] + ["127.0.0.1"] * 4:

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any, address: str = address) -> None:
            if message["type"] == "websocket.http.response.start":
                refused.append((address, message["status"]))

        await limit({"type": "websocket", "headers": [], "client": (address, 1)}, receive, send)

    assert entered == ["198.51.100.1"] * 2 + ["198.51.100.2"] + ["127.0.0.1"] * 4
    assert refused == [("198.51.100.1", 429)] * 2
