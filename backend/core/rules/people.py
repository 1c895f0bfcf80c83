"""Who may not take part: members of teams, who is too young, who has stated no identity number. Pure."""

from dataclasses import dataclass
from datetime import date

from backend.core.rules.parts import Part


@dataclass(frozen=True, slots=True)
class Team(Part):
    """A group that is kept out. `roles` are the staff roles whose holders belong to it."""

    roles: frozenset[str]


_DESK = frozenset({"organizer", "admin"})
ORGANIZING_COMMITTEE = Team(
    "organizing_committee", "Ban Tổ chức", "the organizing committee", frozenset({"organizer", "board", "admin"})
)
CONTENT_TEAM = Team("content_team", "Tổ Nội dung", "the content team", _DESK)
EXPERT_TEAM = Team("expert_team", "Tổ Chuyên gia", "the expert team", _DESK)
SECRETARIES = Team("secretaries", "Tổ Thư ký", "the secretaries", _DESK)

IDENTITY_NOT_ASKED = Part("not_asked", "Không hỏi số căn cước.", "No identity number is asked for.")
IDENTITY_NUMBER = Part(
    "number",
    "Người dự thi khai số căn cước trước lượt thi đầu tiên; mỗi số chỉ dùng cho một tài khoản (số được mã hóa, "
    "không hiện cho ai khác).",
    "Everybody states their identity number before the first attempt; a number serves one account only (it is "
    "encrypted and shown to nobody else).",
)


def is_old_enough(*, born_on: date, on: date, minimum_age: int) -> bool:
    """Tell whether a person has reached the age on that day; who was born on 29 February has on 1 March."""
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return years >= minimum_age
