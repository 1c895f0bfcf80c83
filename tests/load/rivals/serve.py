"""One process of a rival, as the product is served: `python -m tests.load.rivals.serve floor|baseline --port PORT`."""

import argparse
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    django.setup()
    from backend.config.management.commands.serve import FrozenServer, listen, server_config

    parser = argparse.ArgumentParser()
    parser.add_argument("rival", choices=["floor", "baseline"])
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    config = server_config(f"tests.load.rivals.{options.rival}:application")
    FrozenServer(config).run(sockets=[listen("127.0.0.1", options.port)])


if __name__ == "__main__":
    main()
