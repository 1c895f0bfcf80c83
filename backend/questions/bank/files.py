"""Gather the files of a bank within bounds, and the hash that tells whether any changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from backend.questions.bank.errors import BankError, BankRefused

FILE_BYTES_MAX = 1_048_576  # the largest outline so far has 60 KB
FILES_MAX = 500
FOLDERS = ("documents", "questions")
TOPICS = "topics.yaml"
# Part of the hash: raise it where the same files would be stored differently.
FORMAT = b"hoithi bank 1"


@dataclass(frozen=True, slots=True)
class BankFiles:
    """File contents by path relative to the bank ("questions/kinh-te.yaml"), in order."""

    contents: dict[str, bytes]

    def fingerprint(self) -> str:
        """Return the hash that changes when any file does, or comes, or goes."""
        digest = hashlib.sha256(FORMAT)
        for name, content in self.contents.items():
            digest.update(f"\0{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


def read_files(directory: Path) -> BankFiles:
    """Read every YAML file of the bank. Raises BankRefused: no such folder, a stray, too large or too many."""
    errors: list[BankError] = []
    if not (directory / TOPICS).is_file():
        raise BankRefused(
            [BankError(TOPICS, 1, "missing_file", "Không thấy tệp này: thư mục không phải một kho câu hỏi.")]
        )
    paths = [directory / TOPICS]
    for folder in FOLDERS:
        for path in sorted((directory / folder).glob("**/*")):
            name = path.relative_to(directory).as_posix()
            if path.is_file() and path.suffix == ".yaml" and path.parent.name == folder:
                paths.append(path)
            elif not path.name.startswith("."):
                errors.append(BankError(name, 1, "stray_file", "Thư mục này chỉ nhận tệp .yaml đặt ngay trong đó."))
    if len(paths) > FILES_MAX:
        raise BankRefused([BankError(TOPICS, 1, "too_many_files", f"Kho có quá {FILES_MAX} tệp.")])
    contents: dict[str, bytes] = {}
    for path in paths:
        name = path.relative_to(directory).as_posix()
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            errors.append(BankError(name, 1, "file_too_large", f"Tệp lớn quá {FILE_BYTES_MAX // 1024} KiB."))
        contents[name] = content
    if errors:
        raise BankRefused(errors)
    return BankFiles(contents)
