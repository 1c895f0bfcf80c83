"""The citizen's pages and the public wall, in the order in which they are met."""

import os
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser import PHONE
from tests.e2e.stage import set_stage
from tests.screens.camera import View
from tests.screens.states import (
    answering,
    cut_off,
    failing,
    heading,
    held,
    keeping_sockets,
    patched,
    refusing,
    shows,
    then,
    unreachable,
)

CONTESTS = "**/api/contests"
ATTEMPT = "**/api/attempts/*"
PAPER = r"/api/attempts/[^/]+$"
STANDINGS = "**/api/rounds/*/standings*"
RESULT = "**/api/attempts/*/result"
CORRECTED = {
    "topic": "round:0",
    "epoch": "2.3.x",
    "version": 9,
    "as_of": "2026-11-24T05:00:00Z",
    "frozen": False,
    "frozen_at": None,
    "provisional": False,
    "final": True,
    "edition": 1,
    "result_shown_at": None,
    "ranking": ["correct", "earliest"],
    "prediction_asked": None,
    "corrected": None,
    "unit": None,
    "mine": None,
    "next": None,
    "editions": [
        {"number": 2, "published_at": "2026-11-24T05:00:00Z"},
        {"number": 1, "published_at": "2026-11-22T05:00:00Z"},
    ],
    "totals": {"people": 1, "entries": 1, "all_correct": 0},
    "results": [
        {
            "rank": 1,
            "tied": False,
            "name": "L. T. Hoa",
            "unit_name": "Phường Ba Đình",
            "correct_count": 18,
            "points": None,
            "item_count": 20,
            "used_ms": 421_000,
            "submitted_at": "2026-11-20T05:00:00Z",
            "prediction": 31,
            "is_me": False,
        },
    ],
}
BEFORE, IDENTITY, OWN_IDENTITY = "/vao-thi/{open_round}", "/ho-so/can-cuoc", "**/api/me/identity"
STATED = {"masked": "•••••••••123", "stated_at": "2026-11-18T05:00:00Z", "locked": False}
LOCKED = {**STATED, "locked": True}
STARTS = "**/api/rounds/*/attempts"
IN_LINE = {"code": "waiting", "place": 1234, "ahead": 1233, "retry_ms": 30_000, "ticket": "a place in the line"}
NO_CONTEST = {"server_time": "2026-11-18T05:00:00Z", "results": []}

home = then(heading("Nghị quyết 15"), shows("Lịch các đợt"))


def demand_number(body: Any) -> None:
    """As if the rules of every contest demanded an identity number: those of the demo do not."""
    for one in body["results"]:
        one["rulebook"]["demands_identity"] = True


NEEDED = "Thể lệ hội thi này yêu cầu số căn cước. Khai số căn cước trong hồ sơ trước khi thi."
demanding_number = patched("**/api/contests", demand_number)


def number_needed(page: Page) -> None:
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    shows("Khai số căn cước")(page)


def wrong_number(page: Page) -> None:
    page.get_by_label("Số căn cước").fill("003 090 000 000")
    page.get_by_role("button", name="Lưu số căn cước").click()
    shows("gồm 12 chữ số")(page)


def account(page: Page) -> None:
    page.get_by_label("E-mail").fill("ha.nguyen@vidu.vn")
    page.get_by_label("Mật khẩu").fill("mua-thu-ha-noi-2026")
    page.get_by_label("Họ và tên").fill("Nguyễn Thu Hà")


def to_unit(page: Page) -> None:
    account(page)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("combobox").first.fill("hang bac")
    expect(page.get_by_role("option").first).to_contain_text("Hoàn Kiếm")


def to_consent(page: Page) -> None:
    to_unit(page)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("checkbox")).to_be_visible()


def without_consent(page: Page) -> None:
    to_consent(page)
    page.get_by_role("button", name="Tạo tài khoản").click()
    shows("Cần đánh dấu vào ô đồng ý")(page)


def nothing_filled(page: Page) -> None:
    page.get_by_role("button", name="Tiếp tục").click()
    shows("Cần một địa chỉ e-mail")(page)


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("ha.nguyen@vidu.vn")
    page.get_by_label("Mật khẩu").fill("khong-dung")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def in_line(page: Page) -> None:
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    shows("Bạn đứng thứ 1.234 trong hàng chờ")(page)


def exam(page: Page) -> None:
    expect(page.locator("fieldset[data-item]")).to_be_visible()


def answered(page: Page) -> None:
    """Seven answers, two flags, the eighth question in view."""
    exam(page)
    page.get_by_role("button", name="Bản đồ").or_(page.locator('button[aria-haspopup="dialog"]')).first.click()
    page.get_by_role("dialog").locator("ol.map button").first.click()
    for number in range(1, 8):
        expect(page.locator(f'fieldset[data-item="{number}"]')).to_be_visible()
        if page.locator("fieldset label.chosen").count() == 0:
            page.keyboard.press(str(number % 4 + 1))
        is_flagged = page.locator('nav button[aria-pressed="true"]').count() > 0
        if number in (3, 6) and not is_flagged:
            page.keyboard.press("f")
        page.keyboard.press("ArrowRight")
    expect(page.locator('fieldset[data-item="8"]')).to_be_visible()
    expect(page.locator('[data-waiting="0"]')).to_be_visible()


def exam_map(page: Page) -> None:
    exam(page)
    page.locator('button[aria-haspopup="dialog"]').click()
    expect(page.get_by_role("dialog")).to_be_visible()


def exam_offline(page: Page) -> None:
    exam(page)
    expect(page.locator('[data-waiting="0"]')).to_be_visible()
    cut_off(page)
    for key in ("2", "ArrowRight", "3", "ArrowRight"):
        page.keyboard.press(key)
    shows("câu chờ gửi, cứ làm tiếp")(page)


def superseded(page: Page) -> None:
    exam(page)
    other = page.context.new_page()
    other.goto(page.url)
    exam(other)
    heading("Bài này đang mở ở nơi khác")(page)
    other.close()


def review(page: Page) -> None:
    exam(page)
    page.keyboard.press("r")
    heading("Xem lại bài")(page)


def submit(page: Page) -> None:
    review(page)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def unsent(page: Page) -> None:
    """Handing in while the network is gone: what waits is named, nothing is thrown away."""
    exam(page)
    cut_off(page)
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Nộp bài").click()
    shows("chưa tới máy chủ")(page)


def double_size(page: Page) -> None:
    exam(page)
    page.evaluate("document.documentElement.style.fontSize = '225%'")


def in_english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def time_is_short(page: Page) -> None:
    exam(page)
    set_stage(os.environ, "nearly-over", page.url.rsplit("/", 1)[-1], "100")
    page.reload()
    expect(page.locator('[role="timer"][data-phase="soon"]')).to_be_visible()


def definitions(page: Page) -> None:
    home(page)
    page.locator("summary").first.click()


def offline_home(page: Page) -> None:
    home(page)
    cut_off(page)
    shows("Đang mất mạng")(page)


VIEWS = [
    View("home-visitor", "visitor", "/", home),
    View("home-counts", "visitor", "/", definitions),
    View("sign-up-1", "visitor", "/dang-ky", account),
    View("sign-up-1-errors", "visitor", "/dang-ky", nothing_filled),
    View("sign-up-2", "visitor", "/dang-ky", to_unit),
    View("sign-up-3", "visitor", "/dang-ky", to_consent),
    View("sign-up-3-errors", "visitor", "/dang-ky", without_consent),
    View("sign-in", "visitor", "/dang-nhap", heading("Đăng nhập")),
    View("sign-in-errors", "visitor", "/dang-nhap", wrong_password),
    View("home", "citizen", "/", home),
    View("before", "fresh", "/vao-thi/{open_round}", then(heading("Trước khi"), shows("trả lời sau"), shows("thông"))),
    View("before-line", "fresh", "/vao-thi/{open_round}", in_line, prepare=answering(STARTS, IN_LINE)),
    View("before-closed", "citizen", "/vao-thi/{closed_round}", heading("Trước khi")),
    View("exam", "citizen", "/thi/{attempt}", exam),
    View("exam-answered", "citizen", "/thi/{attempt}", answered),
    View("exam-map", "citizen", "/thi/{attempt}", exam_map, sizes=(PHONE,)),
    View("exam-offline", "citizen", "/thi/{attempt}", exam_offline, prepare=keeping_sockets),
    View("exam-last-minutes", "hurried", "/thi/{hurried}", time_is_short),
    View("exam-superseded", "citizen", "/thi/{attempt}", superseded),
    View("exam-double-size", "citizen", "/thi/{attempt}", double_size),
    View(
        "exam-loading",
        "citizen",
        "/thi/{attempt}",
        shows("Đang mở bài thi"),
        prepare=held(PAPER),
        waits=False,
    ),
    View("exam-error", "citizen", "/thi/{open_round}", shows("Thử lại"), prepare=failing(ATTEMPT)),
    View("review", "citizen", "/thi/{attempt}", review),
    View("submit", "citizen", "/thi/{attempt}", submit),
    View("submit-unsent", "fresh", "/thi/{fresh}", unsent, prepare=keeping_sockets),
    View("result", "citizen", "/ket-qua/{result}", heading("câu đúng")),
    View("result-released", "citizen", "/ket-qua/{released}", then(heading("câu đúng"), shows("Từng câu"))),
    View("result-corrected", "citizen", "/ket-qua/{corrected}", then(heading("Đúng tất cả"), shows("đã được sửa lúc"))),
    View("result-loading", "citizen", "/ket-qua/{result}", prepare=held("/result$"), waits=False),
    View("result-error", "citizen", "/ket-qua/{result}", shows("Thử lại"), prepare=failing(RESULT)),
    View("standings", "citizen", "/xep-hang/{open_round}", heading("Bảng xếp hạng")),
    View("standings-frozen", "citizen", "/xep-hang/{closed_round}", shows("Bảng xếp hạng tạm dừng từ")),
    View(
        "standings-editions",
        "citizen",
        "/xep-hang/{closed_round}?ban=1",
        shows("Bản 1"),
        prepare=answering(STANDINGS, CORRECTED),
    ),
    View("result-voided", "voided", "/ket-qua/{voided}", shows("đã bị hủy")),
    View("standings-corrected", "citizen", "/xep-hang/{wrong_round}", shows("bảng này theo đáp án mới")),
    View("standings-empty", "visitor", "/xep-hang/{coming_round}", shows("Chưa có bài nào được nộp")),
    View("standings-loading", "visitor", "/xep-hang/{open_round}", prepare=held("/standings"), waits=False),
    View("standings-error", "visitor", "/xep-hang/{open_round}", shows("Thử lại"), prepare=failing(STANDINGS)),
    View("profile", "citizen", "/ho-so", heading("Hồ sơ")),
    View("profile-new", "newcomer", "/ho-so", heading("Hồ sơ")),
    View("profile-identity", "citizen", "/ho-so", shows("Mở trang số căn cước"), prepare=demanding_number),
    View("before-identity", "fresh", BEFORE, number_needed, prepare=refusing(STARTS, "identity_needed", NEEDED)),
    View("identity", "citizen", IDENTITY, shows("Vì sao hỏi"), prepare=demanding_number),
    View("identity-errors", "citizen", IDENTITY, wrong_number, prepare=demanding_number),
    View("identity-not-asked", "citizen", IDENTITY, shows("không hội thi nào")),
    View("identity-stated", "citizen", IDENTITY, shows("Số đã khai"), prepare=answering(OWN_IDENTITY, STATED)),
    View("identity-locked", "citizen", IDENTITY, shows("Số đã khóa"), prepare=answering(OWN_IDENTITY, LOCKED)),
    View("identity-error", "citizen", IDENTITY, shows("Thử lại"), prepare=failing(OWN_IDENTITY)),
    View("profile-visitor", "visitor", "/ho-so", heading("Hồ sơ")),
    View("rulebook", "visitor", "/the-le/{contest}", heading("Thể lệ")),
    View("home-loading", "visitor", "/", prepare=held("/api/contests$"), waits=False),
    View("home-empty", "visitor", "/", shows("Chưa có hội thi nào"), prepare=answering(CONTESTS, NO_CONTEST)),
    View("home-error", "visitor", "/", shows("Thử lại"), prepare=unreachable(CONTESTS)),
    View("home-offline", "visitor", "/", offline_home, prepare=keeping_sockets),
    View("not-found", "visitor", "/khong-co-trang-nay", heading("Không có trang này")),
    View("home-english", "english", "/", in_english),
    View("exam-english", "english", "/thi/{english}", exam),
]
WALL = [
    View("open", "visitor", "/bang/{open_round}", lambda page: expect(page.locator("ol.top li")).to_have_count(10)),
    View("closed", "visitor", "/bang/{closed_round}", lambda page: expect(page.locator("ol.top li")).to_have_count(10)),
    View("empty", "visitor", "/bang/{coming_round}", shows("Chờ bài nộp đầu tiên")),
    View("loading", "visitor", "/bang/{open_round}", prepare=held("/standings"), waits=False),
]
