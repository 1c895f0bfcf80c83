"""The small closed sets of the accounts app."""

from django.db import models


class Role(models.TextChoices):
    ORGANIZER = "organizer", "Ban tổ chức"
    BOARD = "board", "Ban tuyên giáo"
    ADMIN = "admin", "Quản trị"


class ConsentKind(models.TextChoices):
    TAKE_PART = "take_part", "Tham gia hội thi"


class Locale(models.TextChoices):
    VI = "vi", "Tiếng Việt"
    EN = "en", "English"


class AccountMove(models.TextChoices):
    CORRECTED = "corrected", "Sửa thông tin"
    ERASED = "erased", "Xóa thông tin cá nhân"
