"""Writes of the attempts app, by use case."""

from backend.attempts.services.ending import expire_overdue, next_due_at, sweep
from backend.attempts.services.entering import enter
from backend.attempts.services.flagging import flag_haste
from backend.attempts.services.forgetting import forget_past, forget_person
from backend.attempts.services.journal import JournalOutcome, record_journal
from backend.attempts.services.partitioning import ensure_partitions, make_missing_partitions
from backend.attempts.services.pool import build_papers
from backend.attempts.services.recording import answer_commit, record_answers, stop_recording
from backend.attempts.services.starting import start_attempt
from backend.attempts.services.statement import AnswerOutcome, AnswerWrite, TextWrite
from backend.attempts.services.submitting import (
    Ended,
    Submission,
    pressing,
    stop_submitting,
    submit_and_wait,
    submit_attempt,
    submit_attempts,
    submit_soon,
)

__all__ = [
    "AnswerOutcome",
    "AnswerWrite",
    "Ended",
    "JournalOutcome",
    "Submission",
    "TextWrite",
    "answer_commit",
    "build_papers",
    "ensure_partitions",
    "enter",
    "expire_overdue",
    "flag_haste",
    "forget_past",
    "forget_person",
    "make_missing_partitions",
    "next_due_at",
    "pressing",
    "record_answers",
    "record_journal",
    "start_attempt",
    "stop_recording",
    "stop_submitting",
    "submit_and_wait",
    "submit_attempt",
    "submit_attempts",
    "submit_soon",
    "sweep",
]
