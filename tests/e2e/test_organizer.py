"""The organizer's desk: finding a question, writing one on a clause, and the second person who approves it."""

import re
import secrets

from playwright.sync_api import Page, expect

from tests.e2e.browser import DESK, Visit
from tests.e2e.checks import small_targets
from tests.e2e.conftest import Device
from tests.e2e.people import DEMO_PASSWORD, ORGANIZER, SECOND_ORGANIZER, call, send, sign_in
from tests.e2e.sitting import focused_name


def test_the_bank_is_searched_without_diacritics_and_filtered(device: Device) -> None:
    desk = device(viewport=DESK)
    page = desk.open("/quan-tri/cau-hoi")
    page.get_by_label("E-mail").fill(ORGANIZER)
    page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Ngân hàng câu hỏi")).to_be_visible()
    count = page.get_by_role("status").filter(has_text="Đang xem")
    expect(count).to_have_text(re.compile(r"trong \d+ câu"))
    everything = _total(page)
    page.get_by_role("searchbox").fill("song hong")
    expect(page).to_have_url(re.compile("q=song"))
    expect(page.locator("tbody tr").filter(has_text=re.compile("sông hồng", re.IGNORECASE)).first).to_be_visible()
    found = _total(page)
    page.get_by_label("Độ khó").select_option("3")
    expect(page).to_have_url(re.compile("difficulty=3"))
    page.get_by_role("button", name="Bỏ lọc").click()
    expect(count).to_contain_text(f"trong {everything} câu")
    assert 0 < found < everything


def _total(page: Page) -> int:
    text = page.get_by_role("status").filter(has_text="Đang xem").text_content() or ""
    return int(re.findall(r"\d+", text)[-1])


def test_a_question_is_written_on_a_clause_and_approved_by_a_second_person(device: Device) -> None:
    desk, second_desk = device(viewport=DESK), device(viewport=DESK)
    sign_in(desk, ORGANIZER)
    sign_in(second_desk, SECOND_ORGANIZER)
    stem = f"Nghị quyết 15-NQ/TW do cơ quan nào ban hành? (thử {secrets.token_hex(4)})"
    page = desk.open("/quan-tri/cau-hoi/moi")

    _write(page, stem)
    page.wait_for_url(re.compile(r"/quan-tri/cau-hoi/[0-9a-f-]{36}"))
    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()
    uuid = page.url.rsplit("/", 1)[-1]
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Câu tự soạn cần người thứ hai duyệt.")).to_be_visible()
    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_be_disabled()
    refusal = send(desk, "POST", f"/api/staff/questions/{uuid}/approve", {})

    assert (refusal.status, refusal.json()["code"]) == (403, "own_question")
    assert call(desk, "GET", f"/api/staff/questions/{uuid}")["state"] == "in_review"

    queue = _in_queue(second_desk, stem)
    queue.keyboard.press("a")
    expect(queue.get_by_text("Đã duyệt.")).to_be_visible()
    assert call(second_desk, "GET", f"/api/staff/questions/{uuid}")["state"] == "approved"


def test_a_short_text_is_written_by_keyboard_with_its_spellings_and_approved(device: Device) -> None:
    desk, second_desk = device(viewport=DESK), device(viewport=DESK)
    sign_in(desk, ORGANIZER)
    sign_in(second_desk, SECOND_ORGANIZER)
    stem = f"Trung tâm nghiên cứu của Hà Nội ở đâu? (thử {secrets.token_hex(4)})"
    page = desk.open("/quan-tri/cau-hoi/moi")

    page.get_by_label("Câu hỏi", exact=True).fill(stem)
    page.get_by_label("Chủ đề").select_option(index=1)
    page.get_by_label("Loại câu hỏi").select_option("short_text")
    expect(page.get_by_label("Phương án A", exact=True)).to_have_count(0)
    page.get_by_label("Đáp án 1", exact=True).fill("Hòa Lạc")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Đáp án 2", exact=True)).to_be_focused()
    page.keyboard.type("hoà  LẠC.")
    expect(page.get_by_text("Dòng 2 đọc giống dòng 1 khi chấm.")).to_be_visible()
    expect(page.get_by_text("Có hai đáp án đọc giống nhau khi chấm.")).to_be_visible()
    assert [one for one in small_targets(page) if "dòng" in one or "Đáp án" in one or "Thêm cách" in one] == []
    page.get_by_label("Đáp án 2", exact=True).fill("Khu công nghệ cao Hòa Lạc")
    expect(page.get_by_text("Dòng 2 đọc giống dòng 1 khi chấm.")).to_have_count(0)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Đáp án 1", exact=True)).to_be_focused()
    expect(page.get_by_label("Đáp án 1", exact=True)).to_have_value("Khu công nghệ cao Hòa Lạc")
    page.get_by_role("button", name="Bỏ dòng 2").click()
    page.get_by_role("button", name="Lấy lại “Hòa Lạc”").click()
    page.get_by_label("Thử một câu trả lời").fill("“hoà lạc”")
    expect(page.get_by_text("✓ Được tính đúng, như dòng 2")).to_be_visible()
    page.get_by_label("Thử một câu trả lời").fill("hoa lac")
    expect(page.get_by_text("✗ Không được tính đúng")).to_be_visible()
    page.get_by_label("Giải thích").fill("Khu công nghệ cao ở phía tây thành phố.")
    _bind(page)
    expect(page.get_by_text("Không thấy vấn đề nào.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Câu tự soạn cần người thứ hai duyệt.")).to_be_visible()
    uuid = page.url.rsplit("/", 1)[-1]

    queue = _in_queue(second_desk, stem)
    expect(queue.locator(".accepted li")).to_have_text(["Khu công nghệ cao Hòa Lạc", "Hòa Lạc"])
    queue.keyboard.press("a")
    expect(queue.get_by_text("Đã duyệt.")).to_be_visible()
    stored = call(second_desk, "GET", f"/api/staff/questions/{uuid}")
    names = ("state", "kind", "options", "key_options", "accepted")
    assert {name: stored[name] for name in names} == {
        "state": "approved",
        "kind": "short_text",
        "options": [],
        "key_options": [],
        "accepted": ["Khu công nghệ cao Hòa Lạc", "Hòa Lạc"],
    }


def test_two_who_change_the_same_accepted_texts_see_both(device: Device) -> None:
    desk, second_desk = device(viewport=DESK, expected=("412",)), device(viewport=DESK)
    sign_in(desk, ORGANIZER)
    sign_in(second_desk, SECOND_ORGANIZER)
    body = {
        "stem": f"Năm nào? (thử {secrets.token_hex(4)})",
        "kind": "short_text",
        "accepted": ["2045"],
        "topic": "kinh-te",
        "difficulty": 1,
    }
    made = call(desk, "POST", "/api/staff/questions", body)
    page = desk.open(f"/quan-tri/cau-hoi/{made['uuid']}")
    other = second_desk.open(f"/quan-tri/cau-hoi/{made['uuid']}")
    expect(page.get_by_label("Đáp án 1", exact=True)).to_have_value("2045")
    other.get_by_label("Đáp án 1", exact=True).fill("năm 2045")
    expect(other.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()

    page.get_by_label("Đáp án 1", exact=True).fill("Tầm nhìn 2045")

    conflict = page.get_by_role("dialog")
    expect(conflict.get_by_role("heading", name="Đáp án được chấp nhận")).to_be_visible()
    expect(conflict.locator("dd")).to_have_text(["1. Tầm nhìn 2045", "1. năm 2045"])
    conflict.get_by_role("button", name="Lấy bản trên máy chủ").click()
    expect(page.get_by_label("Đáp án 1", exact=True)).to_have_value("năm 2045")


def _in_queue(second_desk: Visit, stem: str) -> Page:
    """Leaf through the review queue until the question is in sight."""
    queue = second_desk.open("/quan-tri/duyet")
    expect(queue.get_by_role("button", name="Duyệt", exact=True)).to_be_enabled()
    for _ in range(20):
        if queue.get_by_text(stem).count():
            break
        place = queue.get_by_role("status").filter(has_text="Câu").text_content()
        queue.keyboard.press("j")
        expect(queue.get_by_role("status").filter(has_text="Câu")).not_to_have_text(place or "")
        expect(queue.locator('.columns[aria-busy="false"]')).to_be_visible()
    expect(queue.get_by_text(stem)).to_be_visible()
    return queue


def _write(page: Page, stem: str) -> None:
    page.get_by_label("Câu hỏi", exact=True).fill(stem)
    page.get_by_label("Chủ đề").select_option(index=1)
    for letter, text in zip("ABCD", ("Quốc hội", "Bộ Chính trị", "Chính phủ", "Ban Bí thư"), strict=True):
        page.get_by_label(f"Phương án {letter}", exact=True).fill(text)
    page.get_by_label("Phương án B là đáp án đúng").check(force=True)
    page.get_by_label("Giải thích").fill("Bộ Chính trị khóa XIII ban hành ngày 5-5-2022.")
    _bind(page)


def _bind(page: Page) -> None:
    """Bind the question to a clause."""
    clause = page.locator("button.clause").first
    clause.click()
    page.get_by_role("button", name="Dùng làm căn cứ").click()
    expect(page.get_by_text("Đang là căn cứ")).to_be_visible()


def test_a_citizen_account_finds_no_desk(device: Device) -> None:
    phone = device(expected=("403",))
    sign_in(phone, "congdan@hoithi.test")
    page = phone.open("/quan-tri/cau-hoi")

    expect(page.get_by_role("heading", name="Tài khoản này không có quyền ở đây")).to_be_visible()
    assert send(phone, "GET", "/api/staff/questions").status == 403


def test_the_sections_are_reached_by_keyboard(device: Device) -> None:
    desk = device(viewport=DESK)
    sign_in(desk, ORGANIZER)
    page = desk.open("/quan-tri/duyet")
    # A page's heading takes the focus; the sections stand before it.
    expect(page.get_by_role("heading", name="Chờ duyệt")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if focused_name(page).startswith("Ngân hàng câu hỏi"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Ngân hàng câu hỏi")).to_be_focused()


def test_at_a_shared_computer_nobody_meets_what_another_has_typed(device: Device) -> None:
    desk = device(viewport=DESK, expected=("/auth/",))
    sign_in(desk, ORGANIZER)
    page = desk.open("/quan-tri/cau-hoi/moi")
    # Without a topic it cannot be stored by the server yet.
    page.get_by_label("Câu hỏi", exact=True).fill("Câu của người trước?")
    expect(page.get_by_text("Giữ trên máy này")).to_be_visible()

    # A session that ran out leaves it to the same person.
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 phần gõ trên máy này chưa tới máy chủ")
    page.get_by_role("dialog").get_by_role("button", name="Thôi").click()
    desk.context.clear_cookies()
    sign_in(desk, ORGANIZER)
    page.reload()
    expect(page.get_by_text("Có nội dung chưa lưu từ lần trước trên máy này.")).to_be_visible()

    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("dialog").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/quan-tri/dang-nhap**")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('hoithi.staff.'))") == []
    sign_in(desk, SECOND_ORGANIZER)
    page.goto(f"{desk.url}/quan-tri/cau-hoi/moi")
    expect(page.get_by_label("Câu hỏi", exact=True)).to_have_value("")
    expect(page.get_by_text("Có nội dung chưa lưu từ lần trước trên máy này.")).to_have_count(0)


def test_signing_out_in_another_tab_asks_first_and_the_editor_follows(device: Device) -> None:
    desk = device(viewport=DESK, expected=("/auth/",))
    sign_in(desk, ORGANIZER)
    page, profile = desk.open("/quan-tri/cau-hoi/moi"), desk.open("/ho-so")
    page.get_by_label("Câu hỏi", exact=True).fill("Câu của người trước?")
    expect(page.get_by_text("Giữ trên máy này")).to_be_visible()

    profile.get_by_role("button", name="Đăng xuất").click()
    expect(profile.get_by_role("dialog")).to_contain_text("1 phần gõ ở trang quản trị trên máy này")
    profile.get_by_role("dialog").get_by_role("button", name="Ở lại").click()
    assert page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('hoithi.staff.draft.'))")
    profile.get_by_role("button", name="Đăng xuất").click()
    profile.get_by_role("dialog").get_by_role("button", name="Đăng xuất").click()

    # Nothing of it stays in the tab that was left open, nor is it written down again there.
    page.wait_for_url("**/quan-tri/dang-nhap**")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('hoithi.staff.'))") == []
