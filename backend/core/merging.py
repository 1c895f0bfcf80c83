"""Merge an answer that arrives into what is stored for its place. Pure: the group commit repeats this rule in SQL."""

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What became of an answer."""

    SAVED = "saved"
    SUPERSEDED = "superseded"
    SEQ_CONFLICT = "seq_conflict"


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer at one place of a paper under one `seq`: the options chosen (positions from 1, ascending), or a text.

    No options and an empty text are an answer taken back. `text` is None where options are chosen.
    """

    seq: int
    choice: tuple[int, ...] = ()
    text: str | None = field(default=None, repr=False)


def merge(stored: Choice | None, incoming: Choice) -> Choice:
    """Return what is stored afterwards: the higher `seq`; an equal or lower one changes nothing."""
    return incoming if stored is None or stored.seq < incoming.seq else stored


def judge(stored: Choice, incoming: Choice) -> Verdict:
    """Tell what to answer, given what is stored after the merge."""
    if stored.seq > incoming.seq:
        return Verdict.SUPERSEDED
    return Verdict.SAVED if stored == incoming else Verdict.SEQ_CONFLICT
