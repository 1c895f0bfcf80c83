"""The bank as read: topics, documents, questions. Frozen and complete; whoever holds one holds a valid bank."""

from dataclasses import dataclass

from backend.documents.outlines import DocumentOutline
from backend.questions.content import Content


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A theme; `order` is its place on screen."""

    key: str
    name_vi: str
    name_en: str
    order: int


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question as its file states it. `is_approved` is the file's word on the review of the files."""

    key: str
    content: Content
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Bank:
    """All of it."""

    topics: tuple[TopicRecord, ...]
    documents: tuple[DocumentOutline, ...]
    questions: tuple[QuestionRecord, ...]
