"""`preview_rules`: print a contest's rules and their hash, and play invented attempts through them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.contests.preview import play_sample
from backend.contests.queries import get_contest, plan_of, titles_for
from backend.contests.telling import preview_told, rules_told
from backend.core.errors import NotFound
from backend.core.rules.plans import Plan, read_plan

_MOST = 100_000


class Command(BaseCommand):
    help = "Print the rules of a contest, or of a plan in a file, with their hash, and play a sample through them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", help="a contest that is laid out")
        parser.add_argument("--file", type=Path, help="a plan that is not: title, rulebook, rounds in YAML")
        parser.add_argument("--attempts", type=int, default=60, help="how many attempts to invent (60)")
        parser.add_argument("--seed", type=int, default=1, help="another sample")
        parser.add_argument("--language", choices=("vi", "en"), default="vi", help="of the rules")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["attempts"] <= _MOST:
            raise CommandError(f"--attempts takes 0 to {_MOST}.")
        zone = ZoneInfo(settings.TIME_ZONE)
        plan = _plan(options["key"], options["file"], zone)
        preview = play_sample(plan, count=options["attempts"], seed=options["seed"], zone=zone)
        told = preview_told(preview, asked=plan.rulebook.prediction_rule, zone=zone)
        language = options["language"]
        rules = rules_told(plan, language=language, titles=titles_for([plan.rulebook], language=language))
        for line in (*rules, "", *told):
            self.stdout.write(line)


def _plan(key: str | None, file: Path | None, zone: ZoneInfo) -> Plan:
    if (key is None) == (file is None):
        raise CommandError("Name a contest or a --file, one of the two.")
    if file is None:
        return _laid_out(str(key))
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("a plan has title, rulebook and rounds")
        return read_plan(data, zone=zone)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, TypeError) as error:
        raise CommandError(f"{file}: {error}") from error


def _laid_out(key: str) -> Plan:
    try:
        contest = get_contest(key=key)
    except NotFound as error:
        raise CommandError(f"There is no contest {key}.") from error
    if not contest.rounds.all():
        raise CommandError(f"{key} has no rounds yet.")
    return plan_of(contest)
