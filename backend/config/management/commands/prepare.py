"""`prepare`: bring an installation up to date in one process: schema, units, bank, demo content."""

import json
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, load units and the bank, and lay out the demo contest where DEMO_SIGN_INS is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-results", action="store_true", help="leave out the synthetic results")

    def handle(self, *args: Any, **options: Any) -> None:
        self._step("Cấu trúc dữ liệu / schema", "migrate", verbosity=0)
        self._step("Phân vùng theo đợt thi / partitions by round", "ensure_partitions")
        self._step("Đơn vị / units", "load_units")
        self._step("Ngân hàng câu hỏi / question bank", "sync_bank")
        if settings.DEMO_SIGN_INS:
            self._step("Nội dung mẫu / demo content", "load_demo", no_results=options["no_results"])
        else:
            self.stdout.write(json.dumps({"sign_ins": []}))

    def _step(self, title: str, command: str, **options: Any) -> None:
        began = monotonic()
        self.stdout.write(f"step: {title} …")
        self.stdout.flush()
        call_command(command, stdout=self.stdout, **options)
        self.stdout.write(f"step: {title} ({monotonic() - began:.1f} s)")
        self.stdout.flush()
