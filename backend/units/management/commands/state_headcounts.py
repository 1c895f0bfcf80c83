"""`python -m backend state_headcounts FILE`: how many people units had on a day, and who says so."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backend.core.text import vi_number
from backend.infra import clock
from backend.units.headcounts import HeadcountsRefused, read_headcounts, state_headcounts

_PROBLEMS_SHOWN = 50


class Command(BaseCommand):
    help = "State headcounts from a CSV table (facet,unit,count). Shows what would change; --apply stores it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="UTF-8 CSV with the columns facet,unit,count; - reads standard input")
        parser.add_argument("--as-of", required=True, metavar="YYYY-MM-DD", type=_day, help="the day they were counted")
        parser.add_argument("--source", required=True, help="who says so, as it is shown beside every share")
        parser.add_argument("--apply", action="store_true", help="store what is shown")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"].strip()
        if not source or len(source) > 300:
            raise CommandError("--source: 1 đến 300 ký tự / 1 to 300 characters")
        if options["as_of"] > timezone.localdate(clock.now()):
            raise CommandError("--as-of: ngày chưa tới / a day to come")
        try:
            statements = read_headcounts(_text(options["file"]), as_of=options["as_of"])
        except HeadcountsRefused as refused:
            for line, problem in refused.problems[:_PROBLEMS_SHOWN]:
                self.stderr.write(f"dòng {line}: {problem}")
            raise CommandError(f"{len(refused.problems)} lỗi, không lưu gì / nothing was stored") from refused
        for one in statements:
            was = "" if one.before is None else f" (trước: {vi_number(one.before)})"
            self.stdout.write(f"{one.unit.facet} {one.unit.code} {one.unit.name}: {vi_number(one.count)}{was}")
        if not options["apply"]:
            self.stdout.write(f"{len(statements)} đơn vị; chưa lưu: thêm --apply / nothing stored without --apply")
            return
        state_headcounts(statements, as_of=options["as_of"], source=source)
        self.stdout.write(f"{len(statements)} đơn vị: đã lưu / stored")


def _text(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        return Path(name).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: không đọc được (cần UTF-8) / cannot be read as UTF-8") from error


def _day(text: str) -> date:
    return date.fromisoformat(text)
