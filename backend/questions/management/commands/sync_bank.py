"""Take the authoring files into the tables: `python -m backend sync_bank [--check] [--retire] [DIR]`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.infra import clock
from backend.questions.bank import BankRefused, read_bank, read_files
from backend.questions.queries import is_bank_synced
from backend.questions.services import BankCounts, store_bank


class Command(BaseCommand):
    help = "Đưa kho câu hỏi (các tệp YAML) vào cơ sở dữ liệu; có một lỗi thì không lưu gì và in ra mọi lỗi."
    # The checks start the front end's and the server's parts; a bank needs neither.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.QUESTION_BANK_DIR, metavar="DIR")
        parser.add_argument("--check", action="store_true", help="chỉ kiểm tra tệp, không cần cơ sở dữ liệu")
        parser.add_argument("--retire", action="store_true", help="rút các câu không còn trong tệp")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        try:
            files = read_files(options["directory"])
            fingerprint = files.fingerprint()
            if not options["check"] and not options["retire"] and is_bank_synced(fingerprint):
                self.stdout.write(f"Kho câu hỏi không đổi từ lần trước: {len(files.contents)} tệp.")
                return
            bank = read_bank(files, today=timezone.localtime(now).date())
        except BankRefused as refusal:
            for error in refusal.errors:
                self.stderr.write(str(error))
            raise CommandError(f"Kho câu hỏi bị từ chối: {len(refusal.errors)} lỗi, không lưu gì.") from None
        if options["check"]:
            self.stdout.write(
                f"Kho câu hỏi hợp lệ: {len(bank.topics)} chủ đề, {len(bank.documents)} văn bản, "
                f"{len(bank.questions)} câu."
            )
            return
        self._tell(store_bank(bank=bank, content_hash=fingerprint, now=now, retire=options["retire"]))

    def _tell(self, counts: BankCounts) -> None:
        for key in counts.conflicts:
            self.stderr.write(f"{key}: đã sửa ở bàn biên tập, nội dung trong tệp không được lấy [edited_at_desk]")
        for key in counts.missing:
            self.stderr.write(f"{key}: không còn trong tệp, giữ nguyên; rút bằng --retire [missing_in_files]")
        self.stdout.write(
            f"Kho câu hỏi: văn bản {counts.documents.created} mới, {counts.documents.updated} đổi, "
            f"{counts.documents.unchanged} giữ nguyên; câu hỏi {counts.created} mới, {counts.updated} đổi, "
            f"{counts.versioned} thêm bản mới, {counts.unchanged} giữ nguyên, {counts.retired} rút, "
            f"{len(counts.conflicts)} xung đột, {len(counts.missing)} vắng."
        )
