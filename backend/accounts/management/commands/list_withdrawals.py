"""`list_withdrawals`: who withdrew the consent, and by when what identifies them must be erased."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.accounts.queries import list_withdrawals

ERASE_WITHIN = timedelta(days=20)  # as the consent text says


class Command(BaseCommand):
    help = "List by uuid who withdrew the consent, when, and the day by which their data must be erased; no names."

    def handle(self, *args: Any, **options: Any) -> None:
        for one in list_withdrawals():
            assert one.withdrawn_at is not None
            withdrawn_on = timezone.localtime(one.withdrawn_at)
            self.stdout.write(f"{one.person.uuid} {withdrawn_on:%Y-%m-%d %H:%M} {withdrawn_on + ERASE_WITHIN:%Y-%m-%d}")
