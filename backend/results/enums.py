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
    """What is done about one wrong question, or that the essays' marks enter.

    A dropped question counts as answered rightly for everybody whose paper holds it: papers are drawn, and taking it
    away would leave some people fewer questions than others to be right about.
    """

    CORRECT_KEY = "correct_key", "Sửa đáp án"
    ACCEPT_SEVERAL = "accept_several", "Chấp nhận nhiều đáp án"
    DROP_QUESTION = "drop_question", "Bỏ câu hỏi, ai có câu này đều được tính đúng"
    ENTER_MARKS = "enter_marks", "Đưa điểm tự luận vào"


# What is done about a question.
KEY_CHANGES = [choice for choice in ChangeKind.choices if choice[0] != ChangeKind.ENTER_MARKS]


class VoidingState(models.TextChoices):
    """Where a voiding stands. Its attempts are left out of every count while it is `in_force` or `lifting`."""

    PROPOSED = "proposed", "Chờ người thứ hai duyệt"
    IN_FORCE = "in_force", "Đã hủy kết quả"
    LIFTING = "lifting", "Đã hủy kết quả, chờ duyệt khôi phục"
    LIFTED = "lifted", "Đã khôi phục"
    WITHDRAWN = "withdrawn", "Đã rút đề nghị"


class VoidingMove(models.TextChoices):
    """What may happen to a voiding; the audit rows carry these names."""

    PROPOSE = "propose", "Đề nghị hủy kết quả"
    APPROVE = "approve", "Duyệt hủy kết quả"
    WITHDRAW = "withdraw", "Rút đề nghị hủy"
    ASK_BACK = "ask_back", "Đề nghị khôi phục"
    REINSTATE = "reinstate", "Duyệt khôi phục"
    KEEP = "keep", "Giữ nguyên việc hủy"


# These sets take part in scoring aside: what ends meanwhile is written under both versions.
ACTIVE = (RegradeState.DRAFT, RegradeState.COMPUTING, RegradeState.COMPUTED, RegradeState.APPROVED)
# An attempt is part of one such voiding at most.
PENDING_OR_IN_FORCE = (VoidingState.PROPOSED, VoidingState.IN_FORCE, VoidingState.LIFTING)
# While a voiding stands here its attempts count nowhere.
VOID = (VoidingState.IN_FORCE, VoidingState.LIFTING)
