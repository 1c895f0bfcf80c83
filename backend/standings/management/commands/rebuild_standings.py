"""`rebuild_standings`: prove the boards' lines from the results, or write them anew."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from backend.standings.services import check_ladders, edition_differences, rebuild_standings


class Command(BaseCommand):
    help = "Compare every line of the boards, kept ones too, with the results; status 1 where some differ, unmended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument("--check", action="store_true", help="only compare")
        wish.add_argument("--apply", action="store_true", help="write the wrong lines anew")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = rebuild_standings(apply=options["apply"])
        editions = list(edition_differences())
        # After the lines: what writes them anew drops their ladders. The worker builds the next ones.
        ladders = check_ladders(apply=options["apply"])
        told = {**asdict(outcome), "editions": editions, "ladders": ladders}
        self.stdout.write(json.dumps(told, ensure_ascii=False))
        # An edition is what people were shown: it is never written anew.
        if editions or ((outcome.mismatch_count or ladders) and not options["apply"]):
            sys.exit(1)
