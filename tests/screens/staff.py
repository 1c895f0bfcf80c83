"""The organizers' and the board's pages."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser import DESK, PHONE
from tests.e2e.kiosks import TWO_DEVICES
from tests.screens.camera import View
from tests.screens.citizen import wrong_password
from tests.screens.incident import INCIDENT
from tests.screens.states import Act, answering, failing, heading, held, patched, shows, then, unreachable

MARKING = "/quan-tri/cham-tu-luan?contest={essay_contest}"
MARKED, NEXT_ESSAY = "**/api/staff/essays", "**/essays/next"
NO_CONTEST: dict[str, Any] = {"results": []}
NO_ESSAY = {"sheet": None, "others_have_the_rest": False}
QUESTIONS = "**/api/staff/questions?*"
QUESTION, NEW = "**/api/staff/questions/*", "/quan-tri/cau-hoi/moi"
PARTICIPATION = "**/participation?*"
CONTESTS = "**/api/contests"
CONTEST = "**/api/contests/*"
BOARDS, VOIDINGS, FLAGS, AUDIT = (
    f"/quan-tri/hoi-thi/{{contest}}/{name}" for name in ("xep-hang", "huy-ket-qua", "dang-xem-lai", "nhat-ky")
)
PRIZES, AWARDS = "/quan-tri/hoi-thi/{wrong_contest}/xep-hang", "**/awards"
ROUND_FLAGS = "**/flags*"
NOTHING = {"results": [], "next": None}
NO_QUESTION = {"results": [], "next": None, "counts": {"by_state": {}}, "total": 0}

bank = then(heading("Ngân hàng câu hỏi"), shows("Đang xem"))


def written(page: Page) -> None:
    """A draft half done: two findings are shown beside it."""
    page.get_by_label("Câu hỏi", exact=True).fill("Nghị quyết 15-NQ/TW năm 2022 do cơ quan nào ban hành?")
    for letter, text in zip("ABCD", ("Quốc hội", "Bộ Chính trị", "Chính phủ", "Ban Bí thư"), strict=True):
        page.get_by_label(f"Phương án {letter}", exact=True).fill(text)
    page.get_by_label("Phương án B là đáp án đúng").check(force=True)


def on_a_clause(page: Page) -> None:
    """The same, bound to its clause and ready for review."""
    written(page)
    page.get_by_label("Chủ đề").select_option(index=1)
    page.get_by_label("Giải thích").fill("Bộ Chính trị khóa XIII ban hành ngày 5-5-2022.")
    page.locator("button.clause").first.click()
    page.get_by_role("button", name="Dùng làm căn cứ").click()
    shows("Không thấy vấn đề nào.")(page)
    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()


def filled_in(*texts: str, tried: str = "") -> Act:
    """A short text with its spellings."""

    def act(page: Page) -> None:
        page.get_by_label("Câu hỏi", exact=True).fill("Nghị quyết 15-NQ/TW (2022) nêu mấy mục tiêu lớn? Điền một số.")
        page.get_by_label("Loại câu hỏi").select_option("short_text")
        page.get_by_label("Đáp án 1", exact=True).fill(texts[0])
        for number, text in enumerate(texts[1:], start=2):
            page.keyboard.press("Enter")
            page.get_by_label(f"Đáp án {number}", exact=True).fill(text)
        page.get_by_label("Thử một câu trả lời").fill(tried)

    return act


def essay(page: Page) -> None:
    page.get_by_label("Câu hỏi", exact=True).fill("Hãy đề xuất một việc có thể làm ngay ở phường, xã của bạn.")
    page.get_by_label("Loại câu hỏi").select_option("essay")
    page.get_by_label("Hướng dẫn chấm").fill("Sáu phần mười: việc làm được. Bốn phần mười: lập luận.")


def to_short_text(body: Any) -> None:
    body |= {"kind": "short_text", "options": [], "key_options": [], "accepted": ["2", "hai", "hai mục tiêu"]}


def to_essay(body: Any) -> None:
    body |= {"kind": "essay", "options": [], "key_options": [], "explanation": "Sáu phần mười: việc làm được."}


def on_preview(page: Page) -> None:
    page.get_by_role("button", name="Xem trước").click()


def dialog(name: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def prizes(text: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("heading", name="Giải thưởng").first.click()
        shows(text)(page)

    return act


def many_tied(body: Any) -> None:
    """A city in which a thousand people had everything right in the same second, and two wards are equal."""
    second, third, unit = body["persons"][1], body["persons"][2], body["units"][0]
    people = [one | {"rank": 2} for one in (*second["receivers"], *third["receivers"])]
    tie = {"rank": 2, "count": 1_204, "places": 2, "people": people}
    second |= {"receivers": [], "receiver_count": 0, "ties": [tie]}
    third |= {"receivers": [], "receiver_count": 0, "ties": [tie | {"places": 5}]}
    held = unit["receiver"] or unit["tied"][0]
    equal = held | {"headcount": 24_118, "people": 9_404}
    other = equal | {"unit": held["unit"] | {"id": "1", "name": "Phường Văn Miếu - Quốc Tử Giám"}}
    unit |= {"receiver": None, "left_out": 3, "tied_count": 2, "tied": [equal, other]}


def unnamed(body: Any) -> None:
    body |= {"persons": [], "units": []}


def wrong_receipt(page: Page) -> None:
    page.get_by_label("Mã biên nhận").fill("0000-0000-0000")
    page.keyboard.press("Enter")
    shows("Không có lượt thi")(page)


def more_flags(body: Any) -> None:
    """Add attempts under way and run out of time, seen often, and a further page: no scene brings them at once."""
    first, last = body["flags"][0], body["flags"][-1]
    haste = {"attempt": "0", "state": "open", "unit_name": None, "kind": "haste", "detail": {"by": "socket"}}
    detail = {"item": 12, "seq": 31, "stored": [2, 4], "sent": []}
    often = {"times": 4, "first_at": "2026-11-18T05:00:00Z", "last_at": last["last_at"], "detail": detail}
    body["flags"] += [first | haste, first | often | {"attempt": "1", "state": "expired"}]
    body["next"] = 1


def kiosk(page: Page) -> None:
    page.get_by_text("Xem các tài khoản").first.click()
    shows("Và 208 tài khoản nữa")(page)


def tiles(page: Page) -> None:
    expect(page.locator(".tile")).to_have_count(126)


def picked_tile(page: Page) -> None:
    tiles(page)
    page.locator(".tile.seq-5").first.click()
    expect(page.locator(".card .name strong")).to_be_visible()


def definition(page: Page) -> None:
    tiles(page)
    page.get_by_role("button", name="Cách tính").first.click()


def opened_tree(page: Page) -> None:
    heading("Tham gia")(page)
    page.get_by_role("button", name="Mở các đơn vị thuộc").first.click()


ORGANIZER = [
    View("sign-in", "visitor", "/quan-tri", heading("Đăng nhập quản trị")),
    View("sign-in-errors", "visitor", "/quan-tri/dang-nhap", then(heading("Đăng nhập quản trị"), wrong_password)),
    View("bank", "organizer", "/quan-tri/cau-hoi", bank),
    View("bank-filtered", "organizer", "/quan-tri/cau-hoi?q=song+hong&state=approved", bank),
    View("bank-none", "organizer", "/quan-tri/cau-hoi?q=zzzz", shows("Không có câu nào khớp")),
    View("bank-empty", "organizer", "/quan-tri/cau-hoi", shows("chưa có"), prepare=answering(QUESTIONS, NO_QUESTION)),
    View(
        "bank-loading",
        "organizer",
        "/quan-tri/cau-hoi",
        heading("Ngân hàng"),
        prepare=held(r"/staff/questions\?"),
        waits=False,
    ),
    View("bank-error", "organizer", "/quan-tri/cau-hoi", shows("Thử lại"), prepare=failing(QUESTIONS)),
    View("editor-new", "organizer", "/quan-tri/cau-hoi/moi", then(heading("Câu hỏi mới"), shows("Căn cứ"))),
    View("editor-draft", "organizer", "/quan-tri/cau-hoi/moi", then(heading("Câu hỏi mới"), written)),
    View(
        "editor-ready", "organizer", "/quan-tri/cau-hoi/moi", then(heading("Câu hỏi mới"), on_a_clause), sizes=(DESK,)
    ),
    View("editor-short-text", "organizer", NEW, then(heading("Câu hỏi mới"), filled_in("2", "hai", tried="Hai."))),
    View("editor-short-text-new", "organizer", NEW, then(heading("Câu hỏi mới"), filled_in(""))),
    View("editor-short-text-alike", "organizer", NEW, then(heading("Câu hỏi mới"), filled_in("Hai", "2", "HAI."))),
    View("editor-essay", "organizer", NEW, then(heading("Câu hỏi mới"), essay)),
    View("editor-essay-preview", "organizer", NEW, then(heading("Câu hỏi mới"), essay, on_preview), sizes=(PHONE,)),
    View("editor-own", "author", "/quan-tri/cau-hoi/{question}", shows("Câu tự soạn cần người thứ hai duyệt")),
    View("editor-second", "organizer", "/quan-tri/cau-hoi/{question}", shows("đang chờ duyệt nên không sửa được")),
    View("editor-keys", "organizer", "/quan-tri/cau-hoi/{question}", dialog("Phím tắt")),
    View(
        "editor-loading",
        "organizer",
        "/quan-tri/cau-hoi/{question}",
        heading("Câu hỏi"),
        prepare=held("/staff/questions/"),
        waits=False,
    ),
    View("review", "organizer", "/quan-tri/duyet", then(heading("Chờ duyệt"), shows("Câu 1/"))),
    View("review-short-text", "organizer", "/quan-tri/duyet", shows("hai mục tiêu"), patched(QUESTION, to_short_text)),
    View("review-essay", "organizer", "/quan-tri/duyet", shows("Hướng dẫn chấm"), patched(QUESTION, to_essay)),
    View("review-return", "organizer", "/quan-tri/duyet", dialog("Trả lại")),
    View("review-empty", "organizer", "/quan-tri/duyet", shows("Không còn"), prepare=answering(QUESTIONS, NO_QUESTION)),
    View("contests", "organizer", "/quan-tri/hoi-thi", then(heading("Hội thi"), shows("Mở trang hội thi"))),
    View("contest", "organizer", "/quan-tri/hoi-thi/{contest}", then(heading("Nghị quyết 15"), shows("Đã vào thi"))),
    View(
        "contest-loading",
        "organizer",
        "/quan-tri/hoi-thi/{contest}",
        heading("Hội thi"),
        prepare=held("/api/contests/"),
        waits=False,
    ),
    View("contest-preview", "organizer", "/quan-tri/hoi-thi/{contest}?mau=60", shows("lượt bị từ chối")),
    View(
        "contest-preview-error",
        "organizer",
        "/quan-tri/hoi-thi/{contest}?mau=60",
        shows("Thử lại"),
        prepare=failing("**/preview?*"),
    ),
    View("contest-error", "organizer", "/quan-tri/hoi-thi/{contest}", shows("Thử lại"), prepare=unreachable(CONTEST)),
    View("boards", "organizer", BOARDS, shows("Bảng thật lúc này")),
    View("boards-freeze", "organizer", BOARDS, dialog("Tạm dừng bảng")),
    View("boards-confirm", "organizer", BOARDS, dialog("Xác nhận công bố")),
    View("boards-own", "author", BOARDS, shows("Rút đề nghị")),
    View("boards-prizes", "organizer", PRIZES, prizes("Giải Nhất")),
    View("boards-prizes-drawn", "organizer", PRIZES, prizes("Chưa phân định"), prepare=patched(AWARDS, many_tied)),
    View("boards-prizes-none", "organizer", PRIZES, prizes("Thể lệ không nêu"), prepare=patched(AWARDS, unnamed)),
    View("boards-prizes-error", "organizer", PRIZES, prizes("Thử lại"), prepare=failing(AWARDS)),
    View("boards-loading", "organizer", BOARDS, heading("Bảng xếp hạng"), prepare=held("/boards"), waits=False),
    View("boards-error", "organizer", BOARDS, shows("Thử lại"), prepare=failing("**/boards")),
    View("marking", "organizer", MARKING, shows("Điểm, từ 0 đến 10")),
    View("marking-finished", "organizer", MARKING, shows("Không còn bài nào"), prepare=answering(NEXT_ESSAY, NO_ESSAY)),
    View("marking-error", "organizer", MARKING, shows("Thử lại"), prepare=failing(NEXT_ESSAY)),
    View("marking-none", "organizer", MARKING, shows("Chưa có hội thi nào"), prepare=answering(MARKED, NO_CONTEST)),
    View("voidings", "organizer", VOIDINGS, shows("Đã hủy kết quả")),
    View("voidings-own", "author", VOIDINGS, shows("Cần một người khác duyệt")),
    View("voidings-found", "organizer", f"{VOIDINGS}?luot={{finished}}", shows("đúng mã đã nhập")),
    View("voidings-propose", "organizer", f"{VOIDINGS}?luot={{finished}}", dialog("Đề nghị hủy 1 lượt")),
    View("voidings-approve", "organizer", VOIDINGS, dialog("Duyệt hủy kết quả")),
    View("voidings-none", "organizer", VOIDINGS, wrong_receipt),
    View("voidings-empty", "organizer", VOIDINGS, shows("Chưa hủy"), prepare=answering("**/voidings", NOTHING)),
    View("voidings-error", "organizer", VOIDINGS, shows("Thử lại"), prepare=failing("**/voidings")),
    View("flags", "organizer", FLAGS, shows("với cùng số thứ tự"), prepare=patched(ROUND_FLAGS, more_flags)),
    View("flags-kind", "organizer", f"{FLAGS}?kind=haste", shows("nhanh hơn tay người bấm")),
    View("flags-devices", "organizer", f"{FLAGS}?kind=device", kiosk, prepare=answering("**/devices", TWO_DEVICES)),
    View("flags-none", "organizer", f"{FLAGS}?round={{closed_round}}", shows("Đợt này không có gì lạ")),
    View("flags-loading", "organizer", FLAGS, heading("đáng xem lại"), prepare=held("/flags"), waits=False),
    View("flags-error", "organizer", FLAGS, shows("Thử lại"), prepare=failing(ROUND_FLAGS)),
    View("audit", "organizer", AUDIT, shows("Tạm dừng bảng")),
    View("audit-empty", "organizer", AUDIT, shows("Chưa có việc nào"), prepare=answering("**/audit", NOTHING)),
    View("audit-error", "organizer", AUDIT, shows("Thử lại"), prepare=failing("**/audit")),
    View("role-required", "citizen", "/quan-tri/cau-hoi", heading("không có quyền")),
    View("not-found", "organizer", "/quan-tri/khong-co", shows("Không có trang này")),
    *INCIDENT,
]
BOARD = [
    View("participation", "board", "/quan-tri/tham-gia", tiles),
    View("participation-card", "board", "/quan-tri/tham-gia", picked_tile),
    View("participation-definition", "board", "/quan-tri/tham-gia", definition),
    View("participation-contest", "board", "/quan-tri/tham-gia?round=all", tiles),
    View("participation-workplace", "board", "/quan-tri/tham-gia?facet=workplace", opened_tree),
    View("participation-party", "board", "/quan-tri/tham-gia?facet=party", heading("Tham gia")),
    View("participation-empty", "board", "/quan-tri/tham-gia?round={coming_round}", shows("Chưa có ai nộp bài")),
    View(
        "participation-loading",
        "board",
        "/quan-tri/tham-gia",
        heading("Tham gia"),
        prepare=held("/participation"),
        waits=False,
    ),
    View("participation-error", "board", "/quan-tri/tham-gia", shows("Thử lại"), prepare=failing(PARTICIPATION)),
    View(
        "no-contest",
        "board",
        "/quan-tri/tham-gia",
        shows("Chưa có hội thi"),
        prepare=answering(CONTESTS, {"server_time": "2026-11-18T05:00:00Z", "results": []}),
    ),
    View("role-required", "board", "/quan-tri/cau-hoi", heading("không có quyền")),
]
