"""Writes of the questions app: `editing` and `reviewing` for the desk, `banking` for the files."""

from backend.questions.services.banking import BankCounts, store_bank
from backend.questions.services.editing import create_question, edit_question
from backend.questions.services.reviewing import approve_question, return_question, submit_question

__all__ = [
    "BankCounts",
    "approve_question",
    "create_question",
    "edit_question",
    "return_question",
    "store_bank",
    "submit_question",
]
