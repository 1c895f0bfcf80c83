"""`release_identity`: give a number back to whom it belongs to, after somebody else stated it."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.management.signing import find_organizer
from backend.accounts.services import release_identity
from backend.core.identity import read_identity_number
from backend.infra import clock


class Command(BaseCommand):
    help = "Delete a stated identity number, read from standard input; the holder's attempts stay. Two organizers sign."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="goes into the log: no digits of the number")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the organizer who saw the card")
        parser.add_argument("--second", required=True, metavar="EMAIL", help="another organizer")

    def handle(self, *args: Any, **options: Any) -> None:
        by, second = find_organizer(options["by"]), find_organizer(options["second"])
        if by == second:
            raise CommandError("--by và --second phải là hai người / must be two people")
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("--reason: cần lý do / a reason is needed")
        # Never an argument: those stand in the shell's history and in the list of processes.
        typed = getpass.getpass("Số căn cước / identity number: ") if sys.stdin.isatty() else sys.stdin.readline()
        number = read_identity_number(typed.strip(), year=clock.now().year)
        if number is None:
            raise CommandError("Không phải số căn cước 12 chữ số / no identity number of 12 digits")
        if number in "".join(filter(str.isdigit, reason)):
            raise CommandError("--reason: không ghi số căn cước / must not tell the number")
        holder = release_identity(number=number, reason=reason, by=by, second=second)
        if holder is None:
            raise CommandError("Không tài khoản nào khai số này / no account states this number")
        self.stdout.write(f"{holder}: đã xóa số căn cước, bài thi giữ nguyên / number deleted, attempts kept")
