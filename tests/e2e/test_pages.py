"""Every page of every face at both sizes: axe, sideways scroll, targets, console, origin; the exam at double size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import DESK, PHONE, Visit
from tests.e2e.checks import (
    MOST_SHIFT,
    SHIFT_WATCH,
    axe_violations,
    clipped_texts,
    layout_shift,
    overflow_px,
    small_targets,
)
from tests.e2e.conftest import Device, Live
from tests.e2e.kiosks import TWO_DEVICES
from tests.e2e.people import demo_contest, round_of, sign_up, start_attempt
from tests.e2e.scene import Scene, make_scene
from tests.e2e.sitting import await_item, press_answers


@pytest.fixture(scope="module")
def scene(chromium: Browser, live: Live) -> Iterator[Scene]:
    made = make_scene(chromium, live.url, env=live.env)
    yield made
    made.close()


def _shown(heading: str) -> Callable[[Page], None]:
    return lambda page: expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def _home(page: Page) -> None:
    _shown("Nghị quyết 15")(page)
    expect(page.get_by_role("heading", name="Lịch các đợt")).to_be_visible()


def _short_text(page: Page) -> None:
    """The editor with two spellings that read the same: the row, its mark and its note."""
    _shown("Câu hỏi mới")(page)
    page.get_by_label("Loại câu hỏi").select_option("short_text")
    page.get_by_label("Đáp án 1", exact=True).fill("Hòa Lạc")
    page.keyboard.press("Enter")
    page.get_by_label("Đáp án 2", exact=True).fill("hoà lạc.")
    expect(page.get_by_text("Dòng 2 đọc giống dòng 1")).to_be_visible()


def _essay(page: Page) -> None:
    _shown("Câu hỏi mới")(page)
    page.get_by_label("Loại câu hỏi").select_option("essay")
    expect(page.get_by_label("Hướng dẫn chấm")).to_be_visible()


def _exam(page: Page) -> None:
    expect(page.locator("fieldset[data-item]")).to_be_visible()


def _review(page: Page) -> None:
    _exam(page)
    page.keyboard.press("r")
    _shown("Xem lại bài")(page)


def _submit_dialog(page: Page) -> None:
    _review(page)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _map(page: Page) -> None:
    _exam(page)
    page.locator('button[aria-haspopup="dialog"]').click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _wall(page: Page) -> None:
    expect(page.locator("ol.top li").first).to_be_visible()


def _participation(page: Page) -> None:
    expect(page.locator(".tile")).to_have_count(126)


def _released(page: Page) -> None:
    _shown("câu đúng")(page)
    expect(page.get_by_role("heading", name="Từng câu")).to_be_visible()


def _marking(page: Page) -> None:
    _shown("Chấm tự luận")(page)
    expect(page.get_by_role("textbox", name="Điểm, từ 0 đến 10")).to_be_visible()
    page.get_by_text("Chọn bài và cách chấm").click()
    page.get_by_text("Ghi chú của bạn").first.click()


def _essay_waits(page: Page) -> None:
    expect(page.get_by_text("Phần tự luận chưa chấm: thứ hạng có thể đổi.")).to_be_visible()


def _frozen(page: Page) -> None:
    _shown("Bảng xếp hạng")(page)
    expect(page.get_by_text("Bảng xếp hạng tạm dừng từ")).to_be_visible()


def _boards(page: Page) -> None:
    _shown("Bảng xếp hạng")(page)
    expect(page.get_by_text("Bảng thật lúc này")).to_be_visible()


def _sample(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="lượt bị từ chối")).to_be_visible()


def _proof(page: Page) -> None:
    _shown("Thể lệ")(page)
    page.get_by_text("Tự kiểm tra mã này").click()
    expect(page.get_by_role("status").filter(has_text="khớp với mã ở trên")).to_be_visible()


def _withdraw_dialog(page: Page) -> None:
    page.get_by_role("button", name="Rút lại đồng ý").click()
    expect(page.get_by_role("dialog")).to_contain_text("20 ngày")
    expect(page.get_by_role("dialog").get_by_label("Mật khẩu")).to_be_visible()


def _confirm_dialog(page: Page) -> None:
    _boards(page)
    page.get_by_role("button", name="Xác nhận công bố").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _prizes(page: Page) -> None:
    _shown("Bảng xếp hạng")(page)
    page.get_by_role("heading", name="Giải thưởng").first.click()
    expect(page.get_by_text("Giải Nhất").first).to_be_visible()


def _found_attempt(page: Page) -> None:
    _shown("Hủy kết quả")(page)
    expect(page.get_by_text("đúng mã đã nhập")).to_be_visible()


def _flags(page: Page) -> None:
    _shown("Bài đáng xem lại")(page)
    expect(page.get_by_role("link", name="Xem lượt thi này").first).to_be_visible()


def _devices(page: Page) -> None:
    _flags(page)
    page.route("**/devices", lambda route: route.fulfill(json=TWO_DEVICES))
    page.reload()
    page.get_by_text("Xem các tài khoản").first.click()
    expect(page.get_by_text("Và 208 tài khoản nữa").first).to_be_visible()


def _no_flag(page: Page) -> None:
    _shown("Bài đáng xem lại")(page)
    expect(page.get_by_text("Đợt này không có gì lạ")).to_be_visible()


def _audit(page: Page) -> None:
    _shown("Nhật ký")(page)
    expect(page.get_by_text("Tạm dừng bảng").first).to_be_visible()


def _propose(page: Page) -> None:
    _shown("Lập bộ sửa đáp án")(page)
    expect(page.get_by_text("Đúng ở các câu khác").first).to_be_visible()


def _set(words: str) -> Callable[[Page], None]:
    def ready(page: Page) -> None:
        _shown("Bộ sửa đáp án")(page)
        expect(page.get_by_text(words).first).to_be_visible()

    return ready


def _apply_dialog(page: Page) -> None:
    _set("Cần ý kiến của người thứ hai")(page)
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _chosen(page: Page) -> None:
    _set("Bản đáp án 3 có hiệu lực")(page)
    page.get_by_text("Xem người thi đã chọn gì").click()
    expect(page.get_by_text("Đúng ở các câu khác").first).to_be_visible()


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as one person sees it. `path` may name fields of the scene."""

    name: str
    who: str
    path: str
    ready: Callable[[Page], None]

    @property
    def is_citizens(self) -> bool:
        return not self.path.startswith("/quan-tri")


SIGHTS = [
    Sight("home-visitor", "visitor", "/", _home),
    Sight("home", "citizen", "/", _home),
    Sight("sign-up", "visitor", "/dang-ky", _shown("Đăng ký dự thi")),
    Sight("sign-in", "visitor", "/dang-nhap", _shown("Đăng nhập")),
    Sight("profile", "citizen", "/ho-so", _shown("Hồ sơ")),
    Sight("profile-withdraw", "citizen", "/ho-so", _withdraw_dialog),
    Sight("rulebook", "visitor", "/the-le/{contest}", _shown("Thể lệ")),
    Sight("rulebook-proof", "visitor", "/the-le/{contest}", _proof),
    Sight("before", "citizen", "/vao-thi/{open_round}", _shown("Trước khi vào thi")),
    Sight("exam", "citizen", "/thi/{attempt}", _exam),
    Sight("exam-map", "citizen", "/thi/{attempt}", _map),
    Sight("review", "citizen", "/thi/{attempt}", _review),
    Sight("submit", "citizen", "/thi/{attempt}", _submit_dialog),
    Sight("result", "citizen", "/ket-qua/{result}", _shown("câu đúng")),
    Sight("result-released", "citizen", "/ket-qua/{released}", _released),
    Sight("result-voided", "voided", "/ket-qua/{voided}", _shown("câu đúng")),
    Sight("standings-frozen", "visitor", "/xep-hang/{closed_round}", _frozen),
    Sight("standings", "citizen", "/xep-hang/{open_round}", _shown("Bảng xếp hạng")),
    Sight("wall", "visitor", "/bang/{open_round}", _wall),
    Sight("not-found", "visitor", "/khong-co", _shown("Không có trang này")),
    Sight("staff-sign-in", "visitor", "/quan-tri", _shown("Đăng nhập quản trị")),
    Sight("bank", "organizer", "/quan-tri/cau-hoi", _shown("Ngân hàng câu hỏi")),
    Sight("editor-new", "organizer", "/quan-tri/cau-hoi/moi", _shown("Câu hỏi mới")),
    Sight("editor-short-text", "organizer", "/quan-tri/cau-hoi/moi", _short_text),
    Sight("editor-essay", "organizer", "/quan-tri/cau-hoi/moi", _essay),
    Sight("editor", "organizer", "/quan-tri/cau-hoi/{question}", _shown("Câu hỏi ")),
    Sight("review-queue", "organizer", "/quan-tri/duyet", _shown("Chờ duyệt")),
    Sight("contests", "organizer", "/quan-tri/hoi-thi", _shown("Hội thi")),
    Sight("contest", "organizer", "/quan-tri/hoi-thi/{contest}", _shown("Nghị quyết 15")),
    Sight("contest-preview", "organizer", "/quan-tri/hoi-thi/{contest}?mau=60", _sample),
    Sight("boards", "organizer", "/quan-tri/hoi-thi/{contest}/xep-hang", _boards),
    Sight("boards-dialog", "organizer", "/quan-tri/hoi-thi/{contest}/xep-hang", _confirm_dialog),
    Sight("boards-prizes", "organizer", "/quan-tri/hoi-thi/{wrong_contest}/xep-hang", _prizes),
    Sight("voidings", "organizer", "/quan-tri/hoi-thi/{contest}/huy-ket-qua", _shown("Hủy kết quả")),
    Sight("voidings-found", "organizer", "/quan-tri/hoi-thi/{contest}/huy-ket-qua?luot={voided}", _found_attempt),
    Sight("flags", "organizer", "/quan-tri/hoi-thi/{contest}/dang-xem-lai", _flags),
    Sight("flags-devices", "organizer", "/quan-tri/hoi-thi/{contest}/dang-xem-lai", _devices),
    Sight("flags-none", "organizer", "/quan-tri/hoi-thi/{contest}/dang-xem-lai?round={closed_round}", _no_flag),
    Sight("audit", "organizer", "/quan-tri/hoi-thi/{contest}/nhat-ky", _audit),
    Sight("incidents", "organizer", "/quan-tri/dap-an?contest={wrong_contest}", _shown("Sửa đáp án")),
    Sight("propose", "organizer", "/quan-tri/dap-an/{wrong_contest}/moi?cau={wrong_question}", _propose),
    Sight("set-second", "organizer", "/quan-tri/dap-an/{wrong_contest}/{set_waiting}", _set("Cần ý kiến")),
    Sight("set-approve", "organizer", "/quan-tri/dap-an/{wrong_contest}/{set_waiting}", _apply_dialog),
    Sight("set-in-force", "organizer", "/quan-tri/dap-an/{wrong_contest}/{set_in_force}", _chosen),
    Sight("set-given-up", "organizer", "/quan-tri/dap-an/{wrong_contest}/{set_given_up}", _set("Bộ này đã hủy")),
    Sight("marking", "organizer", "/quan-tri/cham-tu-luan?contest={essay_contest}", _marking),
    Sight("result-essay", "citizen", "/ket-qua/{essay_attempt}", _essay_waits),
    Sight("participation", "board", "/quan-tri/tham-gia", _participation),
    Sight("participation-tree", "board", "/quan-tri/tham-gia?facet=workplace", _shown("Tham gia")),
    Sight("role-required", "citizen", "/quan-tri/cau-hoi", _shown("Tài khoản này không có quyền")),
]


def _open(scene: Scene, sight: Sight) -> tuple[Visit, Page]:
    person = scene.people[sight.who]
    person.errors.clear()
    page = person.page()
    page.add_init_script(SHIFT_WATCH)
    page.goto(person.url + sight.path.format(**scene.addresses))
    sight.ready(page)
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    return person, page


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_a_page_keeps_the_rules_at_both_sizes(scene: Scene, sight: Sight) -> None:
    person, page = _open(scene, sight)
    found: dict[str, object] = {}

    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        width = size["width"]
        found[f"axe {width}"] = axe_violations(page)
        found[f"overflow {width}"] = overflow_px(page)
        if size is PHONE and sight.is_citizens:
            found["targets"] = small_targets(page)
    found["console"] = person.unexpected(expected=("/khong-co",))
    found["foreign"] = person.foreign
    page.close()

    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize("name", ["home", "exam"])
def test_nothing_moves_by_itself(scene: Scene, name: str) -> None:
    sight = next(one for one in SIGHTS if one.name == name)
    _, page = _open(scene, sight)

    shift = layout_shift(page)
    page.close()

    assert shift <= MOST_SHIFT


def test_the_exam_at_double_text_size_loses_nothing(device: Device) -> None:
    phone = device()
    sign_up(phone)
    paper = start_attempt(phone, round_of(demo_contest(phone), "open")["uuid"])
    page = phone.open(f"/thi/{paper['uuid']}")
    await_item(page, 1)
    page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice the 112.5 % of the page
    press_answers(page, paper["items"][:1])
    await_item(page, 2)

    assert overflow_px(page) == 0
    assert (
        clipped_texts(page, "fieldset .text, fieldset .stem, .exam nav button, .exam header p, .exam header span") == []
    )
    # The last option can be brought above the bar at the thumb.
    last = page.locator("fieldset label").last
    last.scroll_into_view_if_needed()
    page.mouse.wheel(0, 4000)
    box, bar = last.bounding_box(), page.locator(".exam nav").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"] + 1
