"""`recount`: prove that the counts equal a full recount of the results. Exit status 1 where they do not."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.infra import clock
from backend.participation.recounting import Recount, recount_and_record


class Command(BaseCommand):
    help = "Recount everything from the results in one snapshot and compare it with the counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print nothing but one JSON line")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = recount_and_record(now=clock.now())
        if not options["json"]:
            self.stdout.write(_sentence(outcome))
        self.stdout.write(json.dumps(outcome.to_json(), ensure_ascii=False))
        if not outcome.is_exact:
            sys.exit(1)


def _sentence(outcome: Recount) -> str:
    figures = f"{outcome.results} bài / {outcome.cells} ô / {outcome.pending} chờ gộp"
    if outcome.is_exact:
        return f"Số đếm khớp: {figures} (counts are exact)"
    return (
        f"SỐ ĐẾM LỆCH {outcome.mismatch_count} ô, {outcome.attempts_without_result} lượt chưa chấm: {figures} "
        "(counts are WRONG)"
    )
