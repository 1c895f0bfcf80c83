"""`correct_profile`: correct name, date of birth or units of one account after they are locked."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backend.accounts.birth import can_be_born_on
from backend.accounts.management.signing import checked_reason, find_account, find_organizer, read_line
from backend.accounts.names import tidy_name
from backend.core.errors import UserError
from backend.infra import clock
from backend.units.enums import Facet
from backend.units.models import Unit
from backend.units.queries import find_choosable_units
from backend.units.services import Correction, correct_profile

STAYS = (
    "Bài đã thi vẫn tính cho đơn vị lúc bắt đầu thi, tuổi đã xét không xét lại; bảng xếp hạng hiện tên mới. / "
    "Attempts count for the units of their start, ages are not asked again; boards show the new name."
)
_NONE = "-"


class Command(BaseCommand):
    help = (
        "Correct what a person may not change any more. Read from standard input, a line each: e-mail or uuid of the "
        "account, the new name (--name), the new date of birth (--born-on). Shows what would change; --apply does it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the organizer who saw the proof")
        parser.add_argument(
            "--reason", required=True, help="kept in the audit, without name, date of birth, number or e-mail"
        )
        parser.add_argument("--name", action="store_true", help="correct the name")
        parser.add_argument("--born-on", action="store_true", help="correct the date of birth, typed as 1990-12-31")
        parser.add_argument("--territory", metavar="CODE", help="the ward, by its code")
        parser.add_argument("--workplace", metavar="CODE", help=f"the workplace or association; {_NONE} takes it away")
        parser.add_argument("--party", metavar="CODE", help=f"the Party organization; {_NONE} takes it away")
        parser.add_argument("--apply", action="store_true", help="do it; without this nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        by = find_organizer(options["by"])
        person = find_account(read_line("E-mail hoặc mã tài khoản / e-mail or uuid"))
        correction = _correction(options)
        reason = checked_reason(
            options["reason"], about=person, names=[correction.display_name], days=[correction.born_on]
        )
        try:
            changes = correct_profile(
                person=person,
                by=by,
                reason=reason,
                correction=correction,
                at=clock.now(),
                is_dry=not options["apply"],
            )
        except UserError as refusal:
            raise CommandError(f"{person.uuid}: {refusal.sentence('vi')} / {refusal.sentence('en')}") from refusal
        for one in changes:
            self.stdout.write(f"{one.fact}: {one.old or _NONE} -> {one.new or _NONE}")
        if not changes:
            self.stdout.write("Không có gì đổi / nothing changes")
            return
        self.stdout.write(STAYS)
        done = (
            "đã sửa / corrected" if options["apply"] else "chưa ghi, thêm --apply để sửa / nothing written, add --apply"
        )
        self.stdout.write(f"{person.uuid}: {done}")


def _correction(options: dict[str, Any]) -> Correction:
    name = _name(read_line("Họ tên đúng / the right name")) if options["name"] else None
    born_on = (
        _born_on(read_line("Ngày sinh đúng (1990-12-31) / the right date of birth")) if options["born_on"] else None
    )
    units = {facet: _unit(facet, options[facet.value]) for facet in Facet if options[facet.value] is not None}
    if name is None and born_on is None and not units:
        raise CommandError("Không nêu điều cần sửa / nothing to correct was named")
    return Correction(display_name=name, born_on=born_on, units=units)


def _name(typed: str) -> str:
    try:
        return tidy_name(typed)
    except UserError as refusal:
        raise CommandError(f"{refusal.sentence('vi')} / {refusal.sentence('en')}") from refusal


def _born_on(typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not can_be_born_on(day, today=timezone.localdate(clock.now())):
        raise CommandError("Ngày sinh không hợp lý / no date of birth")
    return day


def _unit(facet: Facet, code: str) -> Unit | None:
    if code == _NONE and facet is not Facet.TERRITORY:
        return None
    found = find_choosable_units(code=code, facet=facet, on=timezone.localdate(clock.now()))
    if len(found) != 1:
        raise CommandError(
            f"--{facet.value} {code}: {len(found)} đơn vị chọn được có mã này / choosable units of this code"
        )
    return found[0]
