"""Writes of the attempts app, by use case."""

from backend.attempts.services.ending import expire_overdue, submit_attempt, sweep
from backend.attempts.services.journal import JournalOutcome, record_journal
from backend.attempts.services.partitioning import ensure_partitions, make_missing_partitions
from backend.attempts.services.recording import answer_commit, record_answers, stop_recording
from backend.attempts.services.starting import start_attempt
from backend.attempts.services.statement import AnswerOutcome, AnswerWrite

__all__ = [
    "AnswerOutcome",
    "AnswerWrite",
    "JournalOutcome",
    "answer_commit",
    "ensure_partitions",
    "expire_overdue",
    "make_missing_partitions",
    "record_answers",
    "record_journal",
    "start_attempt",
    "stop_recording",
    "submit_attempt",
    "sweep",
]
