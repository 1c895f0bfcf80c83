"""What a page says when something is refused, closed, foreign or out of reach."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Device
from tests.e2e.people import call, demo_contest, round_of, sign_up, start_attempt


def test_a_wrong_password_is_explained_and_kept_apart_from_a_missing_one(device: Device) -> None:
    page = device(expected=("auth/login",)).open("/dang-nhap")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Cần một địa chỉ e-mail")).to_be_visible()

    page.get_by_label("E-mail").fill("congdan@hoithi.test")
    page.get_by_label("Mật khẩu").fill("khong-phai-mat-khau")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("E-mail hoặc mật khẩu chưa đúng.")
    expect(page.get_by_label("E-mail")).to_have_value("congdan@hoithi.test")
    expect(page).to_have_url(f"{page.url.split('/dang-nhap')[0]}/dang-nhap")


def _fill_account(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mật khẩu").fill("mua-thu-ha-noi-2026")
    page.get_by_label("Họ và tên").fill("Lê Văn Thử")
    page.get_by_role("button", name="Tiếp tục").click()


def _choose_ward(page: Page, text: str) -> None:
    page.get_by_role("combobox").first.fill(text)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Tiếp tục").click()


def test_sign_up_asks_for_consent_and_leads_back_to_a_taken_address(device: Device) -> None:
    page = device(expected=("auth/signup",)).open("/dang-ky")
    _fill_account(page, "congdan@hoithi.test")
    expect(page.locator("legend")).to_contain_text("Bước 2/3")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Cần chọn một phường, xã trong danh sách.")).to_be_visible()
    _choose_ward(page, "hang bac")
    expect(page.locator("legend")).to_contain_text("Bước 3/3")

    page.get_by_role("button", name="Tạo tài khoản").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần đánh dấu vào ô đồng ý để dự thi.")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Tạo tài khoản").click()

    expect(page.locator("legend")).to_contain_text("Bước 1/3")
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_text("E-mail này đã có tài khoản. Hãy đăng nhập.")).to_be_visible()


def test_a_closed_round_cannot_be_entered(device: Device) -> None:
    phone = device(expected=("/attempts",))
    sign_up(phone)
    page = phone.open(f"/vao-thi/{round_of(demo_contest(phone), 'closed')['uuid']}")

    if page.get_by_role("button", name="Bắt đầu làm bài").count():
        page.get_by_role("button", name="Bắt đầu làm bài").click()

    expect(page.get_by_text("Đợt thi đã đóng.")).to_be_visible()


def test_the_link_of_somebody_elses_attempt_shows_nothing_of_it(device: Device) -> None:
    owner, stranger = device(), device(expected=("/api/attempts/",))
    sign_up(owner)
    sign_up(stranger)
    paper = start_attempt(owner, round_of(demo_contest(owner), "open")["uuid"])

    for path in ("thi", "ket-qua"):
        page = stranger.open(f"/{path}/{paper['uuid']}")
        expect(page.get_by_text("Không tìm thấy nội dung này.")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text(paper["items"][0]["stem"])


def test_a_consent_taken_back_is_shown_so_and_the_reader_is_led_there(device: Device) -> None:
    phone = device()
    citizen = sign_up(phone)
    page = phone.open("/ho-so")
    page.get_by_role("button", name="Rút lại đồng ý").click()
    expect(page.get_by_role("dialog")).to_contain_text("vẫn làm tiếp và nộp được")

    page.get_by_role("dialog").get_by_label("Mật khẩu").fill(citizen.password)
    page.get_by_role("dialog").get_by_role("button", name="Rút lại đồng ý").click()

    expect(page.get_by_role("heading", name="Điều đã đồng ý")).to_be_focused()
    expect(page.locator("main")).to_contain_text("tài khoản này không bắt đầu được lượt thi nào nữa")
    expect(page.get_by_role("button", name="Rút lại đồng ý")).to_have_count(0)


def test_an_unknown_address_says_so_and_leads_home(device: Device) -> None:
    phone = device(expected=("404",))
    page = phone.page()
    answer = page.goto(f"{phone.url}/khong-co-trang-nay")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Không có trang này")).to_be_visible()
    page.get_by_role("link", name="Về trang chủ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nghị quyết 15")


def test_every_address_of_the_front_end_is_answered_as_found(device: Device) -> None:
    phone = device()
    sign_up(phone)
    contest = demo_contest(phone)
    current = round_of(contest, "open")["uuid"]
    addresses = ["/", "/dang-ky", "/dang-nhap", "/ho-so", f"/vao-thi/{current}", f"/xep-hang/{current}"]
    addresses += [f"/bang/{current}", f"/the-le/{contest['key']}", f"/thi/{current}", f"/ket-qua/{current}"]

    statuses = {address: phone.context.request.get(phone.url + address).status for address in addresses}

    assert statuses == dict.fromkeys(addresses, 200)


def test_home_without_a_server_says_so_and_recovers(device: Device) -> None:
    phone = device(expected=("ERR_FAILED",))
    phone.context.route("**/api/contests", lambda route: route.abort())
    page = phone.open("/")
    expect(page.get_by_role("alert")).to_contain_text("Không kết nối được máy chủ.")

    phone.context.unroute("**/api/contests")
    page.get_by_role("button", name="Thử lại").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nghị quyết 15")


def test_somebody_without_a_ward_is_led_to_the_profile_and_back(device: Device) -> None:
    phone = device(expected=("/attempts",))
    sign_up(phone, ward="")
    current = round_of(demo_contest(phone), "open")["uuid"]
    page = phone.open(f"/vao-thi/{current}")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    expect(page.get_by_role("alert")).to_contain_text("phường")
    page.get_by_role("link", name="Chọn phường, xã").click()

    page.get_by_role("combobox").first.fill("hoan kiem")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Lưu", exact=True).click()

    page.wait_for_url(f"**/vao-thi/{current}")
    assert call(phone, "GET", "/api/me")["units"]["territory"]["name"].endswith("Hoàn Kiếm")


def test_a_withdrawal_asks_for_the_password_and_then_nothing_changes_any_more(device: Device) -> None:
    phone = device(expected=("auth/reauthenticate",))
    citizen = sign_up(phone)
    page = phone.open("/ho-so")
    page.get_by_role("button", name="Rút lại đồng ý").click()
    dialog = page.get_by_role("dialog")
    password = dialog.get_by_label("Mật khẩu")
    # What it means is read before the keyboard of a phone comes up.
    expect(dialog.get_by_role("list")).to_be_focused()

    dialog.get_by_role("button", name="Rút lại đồng ý").click()
    expect(dialog.get_by_text("Cần mật khẩu của tài khoản này.")).to_be_visible()
    password.fill("khong-phai-mat-khau")
    dialog.get_by_role("button", name="Rút lại đồng ý").click()
    expect(dialog.get_by_text("Mật khẩu chưa đúng.")).to_be_visible()
    assert [one["withdrawn_at"] for one in call(phone, "GET", "/api/me")["consents"]] == [None]
    password.fill(citizen.password)
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    for _ in range(2):
        expect(page.get_by_text("thông tin này không sửa được nữa")).to_be_visible()
        expect(page.get_by_label("Họ và tên")).to_have_attribute("readonly", "")
        expect(page.get_by_role("button", name="Lưu", exact=True)).to_have_count(0)
        expect(page.get_by_role("button", name="Rút lại đồng ý")).to_have_count(0)
        page.reload()
    assert None not in [one["withdrawn_at"] for one in call(phone, "GET", "/api/me")["consents"]]
