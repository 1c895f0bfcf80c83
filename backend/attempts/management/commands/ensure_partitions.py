"""Give every round that has none its partition of the answers, one transaction a round."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.attempts import services


class Command(BaseCommand):
    help = "Make the missing partitions of the answers, a round at a time, and move what came before into them."

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.make_missing_partitions()
        self.stdout.write(f"{made} partitions made")
