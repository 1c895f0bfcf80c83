"""Read the authoring files of the bank: bytes, YAML with lines, shape, meaning. Pure but for reading the files."""

from backend.questions.bank.errors import BankError, BankRefused
from backend.questions.bank.files import BankFiles, read_files
from backend.questions.bank.reading import read_bank
from backend.questions.bank.records import Bank, QuestionRecord, TopicRecord

__all__ = ["Bank", "BankError", "BankFiles", "BankRefused", "QuestionRecord", "TopicRecord", "read_bank", "read_files"]
