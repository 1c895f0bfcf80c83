"""`build_papers`: draw the papers of the rounds that are open or open soon, ahead of their starts."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.attempts import services
from backend.infra import clock


class Command(BaseCommand):
    help = "Fill the pools of drawn papers, as the worker does every few seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ahead", type=int, default=settings.PAPERS_AHEAD, help="papers to hold for each round")

    def handle(self, *args: Any, **options: Any) -> None:
        count = services.build_papers(now=clock.now(), ahead_count=options["ahead"])
        self.stdout.write(f"{count} đề đã bốc sẵn / papers drawn ahead")
