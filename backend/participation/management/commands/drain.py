"""`drain`: fold waiting rows into the counts without any Celery."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.participation.services import drain_all


class Command(BaseCommand):
    help = "Fold waiting rows into the counts: once, or every two seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fold what waits now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            drained = drain_all()
            self.stdout.write(json.dumps({"folded": drained.row_count}))
            if options["once"]:
                return
            self.stdout.flush()
            time.sleep(2)
