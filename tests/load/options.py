"""Options every benchmark takes, and Django set up on the database of the instance that is measured."""

import argparse
import os


def parser() -> argparse.ArgumentParser:
    """Return a parser that knows where the instance is; a benchmark adds its own options."""
    made = argparse.ArgumentParser(prog="run.py bench")
    made.add_argument("--url", required=True)
    made.add_argument("--database-url", required=True)
    return made


def set_up_django(database_url: str) -> None:
    """Let the models speak to that database. Call it before any of them is imported."""
    os.environ["DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    # The figures of the load are not the product's.
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    # Hundreds of thousands of rows are laid out in one statement before anything is measured.
    os.environ["DB_STATEMENT_TIMEOUT_MS"] = "300000"
    import django

    django.setup()


def say(text: str) -> None:
    """Report progress where it does not disturb the last line of stdout."""
    import sys

    print(text, file=sys.stderr, flush=True)
