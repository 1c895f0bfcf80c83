"""`erase_withdrawn`: erase what identifies those who withdrew long enough ago, or one person who asks for it."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.accounts.management.signing import checked_reason, find_account, find_organizer, read_line
from backend.accounts.queries import list_due_to_erase
from backend.accounts.services import erase_person, erase_withdrawn, forget_stray_sessions
from backend.core.errors import UserError
from backend.infra import clock


class Command(BaseCommand):
    help = (
        "Erase what identifies everybody whose withdrawal is older than --days; attempts and counts stay. With --one: "
        "a single account, its e-mail or uuid read from standard input, at an organizer's word. Cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="of the withdrawal, at least; default ERASE_AFTER_DAYS")
        parser.add_argument("--dry-run", action="store_true", help="say who would be erased, by uuid, and erase nobody")
        parser.add_argument("--one", action="store_true", help="one account, whether it withdrew or not")
        parser.add_argument("--by", metavar="EMAIL", help="with --one: the organizer who answers for it")
        parser.add_argument(
            "--reason", help="with --one: kept in the audit, without name, date of birth, number or e-mail"
        )
        parser.add_argument("--with-roles", action="store_true", help="with --one: take staff roles along")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["one"]:
            self._erase_one(options)
        elif stray := [name for name in ("by", "reason", "with_roles") if options[name]]:
            # Whoever signs means one account: without --one everybody who is due would go.
            named = ", ".join(f"--{name.replace('_', '-')}" for name in stray)
            raise CommandError(f"{named}: chỉ dùng với --one / only with --one")
        else:
            self._erase_due(days=options["days"], is_dry=options["dry_run"])

    def _erase_due(self, *, days: int | None, is_dry: bool) -> None:
        after = timedelta(days=settings.ERASE_AFTER_DAYS if days is None else days)
        if after < timedelta():
            raise CommandError("--days: không âm / not below nought")
        now = clock.now()
        if is_dry:
            for person in list_due_to_erase(withdrawn_by=now - after):
                self.stdout.write(f"{person.uuid}")
            return
        count = erase_withdrawn(now=now, after=after)
        self.stdout.write(f"{count} tài khoản: đã xóa thông tin cá nhân, bài thi còn trong số đếm / accounts erased")

    def _erase_one(self, options: dict[str, Any]) -> None:
        by = find_organizer(options["by"] or "")
        person = find_account(read_line("E-mail hoặc mã tài khoản / e-mail or uuid"))
        reason = checked_reason(options["reason"], about=person)
        if options["dry_run"]:
            self.stdout.write(f"{person.uuid}: sẽ xóa / would be erased")
            return
        now = clock.now()
        try:
            erase_person(person_id=person.pk, at=now, by=by, reason=reason, with_roles=options["with_roles"])
        except UserError as refusal:
            raise CommandError(f"{person.uuid}: {refusal.sentence('vi')} / {refusal.sentence('en')}") from refusal
        forget_stray_sessions(now=now)
        self.stdout.write(f"{person.uuid}: đã xóa thông tin cá nhân, bài thi còn trong số đếm / erased, counts kept")
