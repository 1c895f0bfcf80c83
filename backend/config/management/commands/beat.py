"""`beat`: send the worker its regular hints. Two of them do no harm: every task may run twice."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    # The web processes check the settings; here checks would only load every address first.
    requires_system_checks = ()
    help = "Send the worker its regular hints."

    def handle(self, *args: Any, **options: Any) -> None:
        command = [sys.executable, "-m", "celery", "--app", "backend.config.celery", "beat"]
        # Kept in memory: a schedule file broken by a power cut must not keep beat from starting.
        command += ["--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "WARNING"]
        os.execve(sys.executable, command, {**os.environ, "CELERY_SKIP_CHECKS": "1"})  # noqa: S606  # our own interpreter with our own arguments
