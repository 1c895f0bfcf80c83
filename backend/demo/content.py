"""What the demo contest is made of: words, quotas, prizes, sign-ins, names."""

from dataclasses import dataclass

from backend.accounts.enums import Role
from backend.core.rules.prizes import BY_PEOPLE, TO_UNIT, Prize
from backend.core.rules.quotas import Quota

CONTEST_KEY = "tim-hieu-nghi-quyet-15"
TITLE = "Hội thi tìm hiểu Nghị quyết 15-NQ/TW"
SUMMARY = (
    "Tìm hiểu Nghị quyết số 15-NQ/TW ngày 5-5-2022 của Bộ Chính trị về phương hướng, nhiệm vụ phát triển Thủ đô Hà Nội "
    "đến năm 2030, tầm nhìn đến năm 2045, và Nghị quyết 12/NQ-CP của Chính phủ triển khai Nghị quyết này."
)
DOCUMENT_KEYS = ("15-nq-tw-2022", "12-nq-cp-2023")

# Two or three questions a topic, from easy (1) to hard (3): 20 in all.
_SHAPE = {
    "van-ban-boi-canh": (1, 2),
    "quan-diem-muc-tieu": (1, 2, 3),
    "kinh-te": (1, 2, 3),
    "van-hoa-xa-hoi": (1, 2),
    "giao-duc-khcn-y-te": (1, 2),
    "quy-hoach-do-thi": (1, 2, 3),
    "ha-tang-moi-truong": (1, 2),
    "quoc-phong-doi-ngoai": (1,),
    "xay-dung-dang-the-che": (1, 2),
}
QUOTAS = tuple(Quota(1, topic, difficulty) for topic, levels in _SHAPE.items() for difficulty in levels)
BLUEPRINT = tuple(one.cell for one in QUOTAS)
# As the weekly contests give them: 1 + 2 + 5 + 8, and the ward that brings the most people.
PRIZES = (
    Prize("Giải Nhất", 1),
    Prize("Giải Nhì", 2),
    Prize("Giải Ba", 5),
    Prize("Giải Khuyến khích", 8),
    Prize("Giải tập thể", to=TO_UNIT, by=BY_PEOPLE.name, place=1),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One demo account. Its password is no secret: it exists only where DEMO_SIGN_INS is on."""

    label: str
    email: str
    name: str
    roles: tuple[Role, ...] = ()
    ward: str = ""
    workplace: str = ""


PASSWORD = "hoithi-2026"  # noqa: S105  # printed at every start; loaded only where DEMO_SIGN_INS is on
SIGN_INS = (
    SignIn("citizen", "congdan@hoithi.test", "Nguyễn Thị Hòa", ward="Xã Sóc Sơn"),
    SignIn("organizer", "bientap@hoithi.test", "Trần Minh Đức", (Role.ORGANIZER,)),
    SignIn("second organizer", "thamdinh@hoithi.test", "Lê Thu Hà", (Role.ORGANIZER,)),
    SignIn("board", "bantuyengiao@hoithi.test", "Phạm Quang Vinh", (Role.BOARD,)),
)

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý")
MIDDLE_NAMES = ("Văn", "Thị", "Minh", "Thu", "Đức", "Ngọc", "Quang", "Thanh", "Hồng", "Gia")
GIVEN_NAMES = (
    "An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hải", "Hạnh", "Hiếu", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh",
    "Long", "Mai", "Nam", "Nga", "Phúc", "Phương", "Quân", "Sơn", "Tâm", "Thảo", "Thủy", "Trang", "Tuấn", "Vân", "Yến",
)  # fmt: skip
