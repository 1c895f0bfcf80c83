"""The small closed sets of the attempts app."""

from django.db import models


class AttemptState(models.TextChoices):
    """open -> submitted (the person pressed the button) | expired (the clock did)."""

    OPEN = "open", "Đang làm bài"
    SUBMITTED = "submitted", "Đã nộp"
    EXPIRED = "expired", "Hết giờ"


class FlagKind(models.TextChoices):
    """What a human may want to look at. A flag changes nothing: no answer is refused, no attempt voided for it."""

    HASTE = "haste", "Trả lời nhanh hơn sức người"
    SEQ_CONFLICT = "seq_conflict", "Một số thứ tự, hai lựa chọn"
