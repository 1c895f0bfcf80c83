"""The small closed sets of the attempts app."""

from django.db import models


class AttemptState(models.TextChoices):
    """open -> submitted (the person pressed the button) | expired (the clock did)."""

    OPEN = "open", "Đang làm bài"
    SUBMITTED = "submitted", "Đã nộp"
    EXPIRED = "expired", "Hết giờ"
