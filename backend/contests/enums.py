"""The small closed sets of the contests app."""

from django.db import models


class RoundState(models.TextChoices):
    """Where a round is in time. Derived from the clock, never stored."""

    UPCOMING = "upcoming", "Sắp mở"
    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã đóng"


class ContestState(models.TextChoices):
    """Where a contest is in time. Derived from its rounds."""

    UPCOMING = "upcoming", "Sắp mở"
    OPEN = "open", "Đang mở"
    BETWEEN = "between", "Giữa hai đợt"
    CLOSED = "closed", "Đã đóng"
