"""What is wrong with the files, by file and line. No sentence ever repeats a key or the text around it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class BankError:
    """One thing to mend. `code` is stable, the sentence is for the author."""

    file: str
    line: int
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence} [{self.code}]"


class BankRefused(Exception):  # a refusal of the whole bank, named as the other refusals are
    """The bank holds errors: all of them are here, and nothing of it may be stored."""

    def __init__(self, errors: Sequence[BankError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__(f"{len(self.errors)} errors")
