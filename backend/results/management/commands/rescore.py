"""Prove that results are a projection: recompute them all from papers, answers and keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.results.models import Result
from backend.results.queries import differences


class Command(BaseCommand):
    help = "Recompute every result from rows and compare with what is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", required=True, help="compare only; nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(differences())
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} results differ")
        self.stdout.write(f"{Result.objects.count()} results agree with their rows")
