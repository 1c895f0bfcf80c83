"""The organizer's desk: finding a question, writing one on a clause, and the second person who approves it."""

import re
import secrets

from playwright.sync_api import Page, expect

from tests.e2e.browser import DESK
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
    queue.keyboard.press("a")
    expect(queue.get_by_text("Đã duyệt.")).to_be_visible()
    assert call(second_desk, "GET", f"/api/staff/questions/{uuid}")["state"] == "approved"


def _write(page: Page, stem: str) -> None:
    page.get_by_label("Câu hỏi", exact=True).fill(stem)
    page.get_by_label("Chủ đề").select_option(index=1)
    for letter, text in zip("ABCD", ("Quốc hội", "Bộ Chính trị", "Chính phủ", "Ban Bí thư"), strict=True):
        page.get_by_label(f"Phương án {letter}", exact=True).fill(text)
    page.get_by_label("Phương án B là đáp án đúng").check(force=True)
    page.get_by_label("Giải thích").fill("Bộ Chính trị khóa XIII ban hành ngày 5-5-2022.")
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
