"""The small closed sets of the standings app."""

from django.db import models


class EditionKind(models.TextChoices):
    """Why a board was kept as it stood."""

    FREEZE = "freeze", "Tạm dừng bảng"
    FINAL = "final", "Công bố chính thức"


class PlacesState(models.TextChoices):
    """Whether the places of a board that stands still are stored. A line that is written takes it back to none."""

    NONE = "none", "Chưa xếp"
    ASKED = "asked", "Đang xếp"
    READY = "ready", "Đã xếp"


class PublicationState(models.TextChoices):
    """Where the final publication of a round stands."""

    PROPOSED = "proposed", "Chờ người thứ hai xác nhận"
    PUBLISHED = "published", "Đã công bố chính thức"
    WITHDRAWN = "withdrawn", "Đã rút đề nghị"


class BoardMove(models.TextChoices):
    """What is done to the boards of a round; the audit rows carry these names. No actor: it followed from elsewhere."""

    FREEZE = "freeze", "Tạm dừng bảng"
    UNFREEZE = "unfreeze", "Mở lại bảng"
    PROPOSE = "propose", "Đề nghị công bố"
    WITHDRAW = "withdraw", "Rút đề nghị công bố"
    PUBLISH = "publish", "Công bố chính thức"
    CORRECT = "correct", "Công bố bản đính chính"
