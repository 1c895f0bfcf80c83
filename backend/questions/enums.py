"""The small closed sets of the questions app."""

from django.db import models


class QuestionKind(models.TextChoices):
    SINGLE = "single", "Một đáp án"
    MULTIPLE = "multiple", "Nhiều đáp án"


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
