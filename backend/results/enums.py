"""The small closed sets of the results app."""

from django.db import models


class RegradeState(models.TextChoices):
    """Where a set of corrected keys stands. Nothing of it is in force before `applied`."""

    DRAFT = "draft", "Bản nháp"
    COMPUTING = "computing", "Đang chấm lại"
    COMPUTED = "computed", "Đã chấm lại, chờ duyệt"
    APPROVED = "approved", "Đã duyệt, chờ áp dụng"
    APPLIED = "applied", "Đã áp dụng"
    CANCELLED = "cancelled", "Đã hủy"


class Move(models.TextChoices):
    """What may happen to a set; the audit rows carry these names."""

    CREATE = "create", "Lập"
    COMPUTE = "compute", "Chấm lại"
    FINISH = "finish", "Chấm lại xong"
    APPROVE = "approve", "Duyệt"
    APPLY = "apply", "Áp dụng"
    CANCEL = "cancel", "Hủy"


class ChangeKind(models.TextChoices):
    """What is done about one wrong question.

    A dropped question counts as answered rightly for everybody whose paper holds it: papers are drawn, and taking it
    away would leave some people fewer questions than others to be right about.
    """

    CORRECT_KEY = "correct_key", "Sửa đáp án"
    ACCEPT_SEVERAL = "accept_several", "Chấp nhận nhiều đáp án"
    DROP_QUESTION = "drop_question", "Bỏ câu hỏi, ai có câu này đều được tính đúng"


# These sets take part in scoring aside: what ends meanwhile is written under both versions.
ACTIVE = (RegradeState.DRAFT, RegradeState.COMPUTING, RegradeState.COMPUTED, RegradeState.APPROVED)
