"""`list_withdrawals`: who withdrew the consent, when they are erased, and by when they must be."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.accounts.queries import list_withdrawals, roles_of
from backend.accounts.services import ERASE_WITHIN


class Command(BaseCommand):
    help = (
        "List by uuid who withdrew the consent and is not erased yet: when, the day from which the clock erases "
        "them (or `roles`: nobody does it by the clock), and the last day. No names."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for one in list_withdrawals():
            assert one.withdrawn_at is not None
            at = timezone.localtime(one.withdrawn_at)
            planned = "roles" if roles_of(one.person) else f"{at + timedelta(days=settings.ERASE_AFTER_DAYS):%Y-%m-%d}"
            self.stdout.write(f"{one.person.uuid} {at:%Y-%m-%d %H:%M} {planned} {at + ERASE_WITHIN:%Y-%m-%d}")
