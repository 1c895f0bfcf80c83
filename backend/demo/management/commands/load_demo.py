"""`load_demo`: the demo contest and sign-ins; the last line printed is JSON for the launcher."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.demo import content
from backend.demo.results import load_results
from backend.demo.services import load_sign_ins, open_demo_contest
from backend.infra import clock
from backend.participation.services import drain_all


class Command(BaseCommand):
    help = "Lay out a demo contest with an open round, demo sign-ins and synthetic results."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-results", action="store_true", help="leave out the synthetic results")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_SIGN_INS:
            raise CommandError("DEMO_SIGN_INS is off: the demo accounts have passwords that everybody knows.")
        now = clock.now()
        contest, is_new = open_demo_contest(now=now)
        created = load_sign_ins(consent_version=settings.CONSENT_VERSION, now=now)
        written = 0
        if not options["no_results"]:
            written = load_results(contest=contest, consent_version=settings.CONSENT_VERSION, now=now)
            drain_all()
        self.stdout.write(f"contest {contest.key} new={is_new}, sign-ins +{created}, attempts +{written}")
        self.stdout.write(json.dumps({"sign_ins": [_sign_in(one) for one in content.SIGN_INS]}, ensure_ascii=False))


def _sign_in(one: content.SignIn) -> dict[str, str]:
    return {"role": one.label, "email": one.email, "password": content.PASSWORD}
