"""Entry point: `python -m backend COMMAND` runs Django's management commands with our settings."""

import os
import sys


def main() -> None:
    """Run one management command; the arguments are those of `django-admin`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["python -m backend", *sys.argv[1:]])


if __name__ == "__main__":
    main()
