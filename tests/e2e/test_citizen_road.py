"""The citizen's road from the first visit to the result, by keyboard alone on a phone; then in English."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Device, Live
from tests.e2e.people import call, demo_contest, new_citizen, round_of, sign_up, start_attempt
from tests.e2e.sitting import await_item, expect_saved, press_answers, saved_choices, tab_to


def test_a_citizen_signs_up_and_takes_the_contest_by_keyboard(device: Device, live: Live) -> None:
    phone = device()
    citizen = new_citizen("Đặng Thị Bàn Phím")
    page = phone.open("/")
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nghị quyết 15")

    tab_to(page, "Vào thi")
    page.keyboard.press("Enter")
    _sign_up(page, citizen.email, citizen.password, citizen.name)

    expect(page.get_by_role("heading", name="Trước khi vào thi")).to_be_focused()
    tab_to(page, "Bắt đầu làm bài")
    page.keyboard.press("Enter")
    await_item(page, 1)
    attempt = page.url.rsplit("/", 1)[-1]
    paper = call(phone, "GET", f"/api/attempts/{attempt}")
    pressed = press_answers(page, paper["items"])
    # Past the last question the right arrow leads to the review.
    expect(page.get_by_role("heading", name="Xem lại bài")).to_be_focused()
    expect(page.get_by_text("Đã trả lời tất cả các câu.")).to_be_visible()
    expect_saved(page, 20)
    stored = call(phone, "GET", f"/api/attempts/{attempt}")["saved"]

    tab_to(page, paper["prediction"]["label"])
    page.keyboard.type("42")
    tab_to(page, "Nộp bài")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Nộp rồi thì không sửa được")
    tab_to(page, "Nộp bài")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ket-qua/**")

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d+ trên 20 câu đúng|Đúng tất cả"))
    expect(page.get_by_role("listitem").filter(has_text="Toàn đợt")).to_contain_text(re.compile(r"Hạng \d+ trên \d+"))
    expect(page.get_by_role("listitem").filter(has_text="Hoàn Kiếm")).to_contain_text(re.compile(r"Hạng \d+ trên \d+"))
    assert saved_choices(stored) == pressed
    rows = live.rows(
        "select item, choice from attempts_answer a join attempts_attempt t on t.id = a.attempt_id where t.uuid = %s",
        attempt,
    )
    assert {item: sorted(choice) for item, choice in rows} == pressed
    result = call(phone, "GET", f"/api/attempts/{attempt}/result")
    assert (result["state"], result["prediction"], result["item_count"]) == ("submitted", 42, 20)
    expect(page.locator("main")).to_contain_text(result["receipt"])
    assert '{"t":"submit","prediction":42}' in sent


def _sign_up(page: Page, email: str, password: str, name: str) -> None:
    """Three steps; each begins at its own heading."""
    expect(page.get_by_text("Bước 1/3")).to_be_visible()
    tab_to(page, "E-mail")
    page.keyboard.type(email)
    tab_to(page, "Mật khẩu")
    page.keyboard.type(password)
    tab_to(page, "Họ và tên")
    page.keyboard.type(name)
    page.keyboard.press("Enter")

    expect(page.locator("legend")).to_contain_text("Bước 2/3")
    tab_to(page, "Phường, xã đang ở")
    page.keyboard.type("hoan kiem")
    expect(page.get_by_role("option").first).to_contain_text("Hoàn Kiếm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox").first).to_have_value(re.compile("Hoàn Kiếm"))
    tab_to(page, "Tiếp tục")
    page.keyboard.press("Enter")

    expect(page.locator("legend")).to_contain_text("Bước 3/3")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    tab_to(page, "Đã đọc và đồng ý")
    page.keyboard.press("Space")
    tab_to(page, "Tạo tài khoản")
    page.keyboard.press("Enter")


def test_english_is_chosen_once_and_kept(device: Device) -> None:
    phone = device()
    sign_up(phone)
    attempt = start_attempt(phone, round_of(demo_contest(phone), "open")["uuid"])["uuid"]
    page = phone.open("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Continue the open attempt")).to_be_visible()

    page.goto(f"{phone.url}/thi/{attempt}")
    await_item(page, 1)
    expect(page.locator("#place")).to_have_text(re.compile(r"^Question 1/20"))
    page.reload()
    await_item(page, 1)

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    expect(page.get_by_role("button", name="Tiếp", exact=True)).to_have_count(0)
