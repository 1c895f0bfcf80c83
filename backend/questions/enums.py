"""The small closed sets of the questions app."""

from django.db import models


class QuestionKind(models.TextChoices):
    SINGLE = "single", "Một đáp án"
    MULTIPLE = "multiple", "Nhiều đáp án"
    SHORT_TEXT = "short_text", "Điền câu trả lời"
    ESSAY = "essay", "Tự luận"


# Answered in words: such a question has no options and no key of options.
WRITTEN_KINDS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.ESSAY})


class VersionState(models.TextChoices):
    DRAFT = "draft", "Nháp"
    IN_REVIEW = "in_review", "Chờ duyệt"
    APPROVED = "approved", "Đã duyệt"
    RETIRED = "retired", "Đã rút"


class Decision(models.TextChoices):
    APPROVE = "approve", "Duyệt"
    RETURN = "return", "Trả lại"


class Origin(models.TextChoices):
    """Where a version was written."""

    BANK = "bank", "Kho tệp"
    DESK = "desk", "Bàn biên tập"
