"""What commands ask of who signs and of whom it is about. Nothing personal is an argument: those stand in the shell's
history and in the list of processes.
"""

import re
import sys
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.management.base import CommandError

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.accounts.queries import get_profile, has_role
from backend.core.text import fold
from backend.core.written import visible

# An identity number has 9 or 12 digits, a telephone number 10.
_NUMBER = re.compile(r"\d{9,}")


def find_organizer(email: str) -> Person:
    """Return the organizer with this address. Raises CommandError for anybody else."""
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or not has_role(person, Role.ORGANIZER):
        raise CommandError(f"{email}: không phải người của ban tổ chức / not an organizer")
    return person


def read_line(asked: str) -> str:
    """Return a line of standard input without the blanks around it; who sits before it is asked."""
    return (input(f"{asked}: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()


def find_account(named: str) -> Person:
    """Return the account of an e-mail address or uuid. Raises CommandError, which repeats neither."""
    try:
        found = Person.objects.filter(uuid=UUID(named)).first()
    except ValueError:
        found = Person.objects.filter(email=named.lower()).first()
    if found is None:
        raise CommandError("Không có tài khoản này / no such account")
    return found


def checked_reason(
    reason: str | None, *, about: Person, names: Iterable[str | None] = (), days: Iterable[date | None] = ()
) -> str:
    """Return the reason, which is kept. Raises CommandError where it is empty or tells who the person is.

    That is their name and e-mail, their date of birth and any long number; `names` and `days` are what else is
    theirs. With or without diacritics, capitals and signs is all the same.
    """
    text = (reason or "").strip()
    if not text:
        raise CommandError("--reason: cần lý do / a reason is needed")
    profile = get_profile(about)
    named = {fold(one) for one in (about.email, profile.display_name, *names) if one} - {""}
    # As words of their own: somebody called An does not bar every "ban tổ chức".
    if any(f" {one} " in f" {fold(visible(text))} " for one in named):
        raise CommandError("--reason: không ghi họ tên, e-mail / must not tell name or e-mail")
    if _NUMBER.search(text) or any(_tells_day(text, day) for day in (profile.born_on, *days) if day):
        raise CommandError("--reason: không ghi ngày sinh, số giấy tờ / must not tell date of birth or numbers")
    return text


def _tells_day(text: str, day: date) -> bool:
    """Tell whether a day stands in a text, whatever is written between its numbers and with or without noughts."""
    numbers = re.findall(r"\d+", text)
    told = {tuple(map(int, numbers[at : at + 3])) for at in range(len(numbers) - 2)}
    in_one = {day.strftime("%d%m%Y"), day.strftime("%Y%m%d")}
    return bool(told & {(day.day, day.month, day.year), (day.year, day.month, day.day)}) or not in_one.isdisjoint(
        numbers
    )
