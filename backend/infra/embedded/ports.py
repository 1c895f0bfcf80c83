"""Find free TCP ports on the loopback. Never holds one: a caller that loses the race picks again."""

import random
import socket

# Below every usual ephemeral range (Linux 32768+, macOS 49152+), so that no outgoing connection takes the port
# between the choice and the bind, nor while a crashed server waits for its restart.
FIRST_PORT, LAST_PORT = 20_000, 31_999
ATTEMPTS = 200
LOOPBACK = "127.0.0.1"


def is_port_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Say whether a server could listen on the port now; a listener that shares it (SO_REUSEPORT) counts as taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def pick_free_port() -> int:
    """Return a loopback port that nothing listens on."""
    chooser = random.SystemRandom()
    for _ in range(ATTEMPTS):
        port = chooser.randint(FIRST_PORT, LAST_PORT)
        if is_port_free(port):
            return port
    raise OSError(f"no free port between {FIRST_PORT} and {LAST_PORT}")
