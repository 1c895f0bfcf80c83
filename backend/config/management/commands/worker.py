"""`worker`: run one Celery worker in this process.

Threads, not forked children: the work is waiting for PostgreSQL, one process needs a third of the memory of three,
and the pool of connections is shared instead of being made anew for every task. The statement timeout bounds a task.
"""

import os
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

QUEUES = "finalize,stats,import,mail"
# Counting may wait a moment, a person's answer may not: on one machine the web goes first.
NICENESS = 10
_AUTOGROUP = Path("/proc/self/autogroup")


class Command(BaseCommand):
    # The web processes check the settings; here checks would only load every address first.
    requires_system_checks = ()
    help = "Run one Celery worker: counts, ticks, the sweeper."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="threads that work at once")
        parser.add_argument("--queues", default=QUEUES, help="kinds of work to take, with commas between")

    def handle(self, *args: Any, **options: Any) -> None:
        _step_back()
        command = [sys.executable, "-m", "celery", "--app", "backend.config.celery", "worker"]
        command += ["--pool", "threads", "--concurrency", str(options["concurrency"]), "--queues", options["queues"]]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
        # The process becomes Celery: its supervisor's signals reach it, and nothing of Django is open twice.
        os.execve(sys.executable, command, {**os.environ, "CELERY_SKIP_CHECKS": "1"})  # noqa: S606  # our own interpreter with our own arguments


def _step_back() -> None:
    """Give way to the web processes. Linux weighs whole sessions against each other first, then processes in one."""
    os.nice(NICENESS)
    with suppress(OSError):
        _AUTOGROUP.write_text(str(NICENESS))
