"""End overdue attempts: the same as the background task, for servers without a worker."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.attempts import services
from backend.infra import clock

PAUSE_S = 1


class Command(BaseCommand):
    help = "End the attempts whose time is up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do it once and stop, instead of every second")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            ended = services.sweep(now=clock.now())
            self.stdout.write(f"{ended} attempts ended")
            if options["once"]:
                return
            time.sleep(PAUSE_S)
