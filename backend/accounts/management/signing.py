"""What commands ask of who signs and of whom it is about. Nothing personal is an argument: those stand in the shell's
history and in the list of processes.
"""

import re
import sys
from collections.abc import Iterable
from uuid import UUID

from django.core.management.base import CommandError

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.accounts.queries import get_profile, has_role


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


def checked_reason(reason: str | None, *, about: Person, secrets: Iterable[str | None] = ()) -> str:
    """Return the reason, which is kept. Raises CommandError where it is empty or names the person."""
    text = (reason or "").strip()
    if not text:
        raise CommandError("--reason: cần lý do / a reason is needed")
    named = {about.email, get_profile(about).display_name, *secrets} - {"", None}
    # As words of their own: somebody called An does not bar every "ban tổ chức".
    if any(re.search(rf"(?<!\w){re.escape(str(one))}(?!\w)", text, re.IGNORECASE) for one in named):
        raise CommandError("--reason: không ghi họ tên, e-mail / must not tell name or e-mail")
    return text
