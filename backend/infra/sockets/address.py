"""Whose connection it is: the address that the trusted proxies saw, never one that the client claims."""

from ipaddress import ip_address

from backend.infra.sockets.asgi import Scope, header


def client_address(scope: Scope, *, trusted_proxies: int) -> str:
    """Return the client's address. Each trusted proxy appends the address it was called from; the others are hearsay.

    With fewer entries than proxies the connection did not come through all of them: its own address stands.
    """
    own = str(scope["client"][0]) if scope.get("client") else ""
    said = [one.strip() for one in (header(scope, b"x-forwarded-for") or "").split(",")]
    if not trusted_proxies or len(said) < trusted_proxies:
        return own
    return said[-trusted_proxies] or own


def is_this_machine(address: str) -> bool:
    """Tell whether the address is a loopback one."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
