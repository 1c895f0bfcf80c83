"""A contest of other rules: age and identity number are asked for, a share is predicted, the result comes later."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.checks import axe_violations, overflow_px, small_targets
from tests.e2e.conftest import Device, Live
from tests.e2e.people import ORGANIZER, send, sign_in, sign_up
from tests.e2e.sitting import await_item, expect_saved
from tests.e2e.stage import set_stage

LATER = re.compile(r"Kết quả công bố lúc \d\d:\d\d")


@pytest.fixture
def other(live: Live) -> Iterator[dict[str, str]]:
    made = set_stage(live.env, "other-rules")
    yield made
    # A contest that is over asks nobody for an age any longer.
    set_stage(live.env, "close-round", made["round"])


@pytest.fixture
def round_uuid(other: dict[str, str]) -> str:
    return other["round"]


def state_number(page: Page) -> None:
    """Meet the demand before the start, mistype, state the number, and come back."""
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("link", name="Khai số căn cước").click()
    expect(page.locator("main")).to_contain_text("Hội thi có thể lệ khác")
    field = page.get_by_label("Số căn cước")
    for text in ("001 090 000", "003 090 000 000"):
        field.fill(text)
        page.get_by_role("button", name="Lưu số căn cước").click()
        expect(page.get_by_role("alert")).to_contain_text("12 chữ số")
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    field.fill(f"001 090 {secrets.randbelow(10**6):06}")
    page.get_by_role("button", name="Lưu số căn cước").click()


def test_a_citizen_meets_what_these_rules_ask_and_waits_for_the_result(
    device: Device, live: Live, round_uuid: str
) -> None:
    # The start itself says that a number is needed; the browser notes it as any refusal.
    phone = device(expected=("409",))
    citizen = sign_up(phone)
    page = phone.open(f"/vao-thi/{round_uuid}")
    expect(page.get_by_text("từ đủ 14 tuổi")).to_be_visible()
    expect(page.get_by_role("button", name="Bắt đầu làm bài")).to_have_count(0)

    page.get_by_role("link", name="Khai ngày sinh").click()
    page.get_by_label("Ngày sinh").fill("1990-05-19")
    page.get_by_role("button", name="Lưu").click()
    state_number(page)
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    await_item(page, 1)
    for count in (1, 2, 3):
        page.keyboard.press("1")
        expect_saved(page, count)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.get_by_label("Bao nhiêu phần trăm").fill("12,345678")
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("alert")).to_contain_text("nhiều nhất năm chữ số sau dấu phẩy")
    page.get_by_label("Bao nhiêu phần trăm").fill("12,34567")
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("dialog")).to_contain_text(LATER)
    page.get_by_role("dialog").get_by_role("button", name="Nộp bài").click()

    page.wait_for_url("**/ket-qua/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận bài")
    expect(page.locator("main")).to_contain_text(LATER)
    expect(page.locator("main")).to_contain_text("12,34567 %")
    expect(page.locator("main")).not_to_contain_text(re.compile("Tổng điểm|câu đúng|Hạng|Đáp án"))
    for path in ("xep-hang", "bang"):
        expect(phone.open(f"/{path}/{round_uuid}").locator("main")).to_contain_text(LATER)
    stored = live.rows(
        "SELECT r.prediction, f.born_on::text FROM results_result r JOIN accounts_profile f USING (person_id)"
        " JOIN accounts_person p ON p.id = r.person_id WHERE p.email = %s",
        citizen.email,
    )
    assert stored == [(1_234_567, "1990-05-19")]
    expect(phone.open("/ho-so/can-cuoc").locator("main")).to_contain_text(re.compile("•{9}[0-9]{3}.*Số đã khóa", re.S))

    set_stage(live.env, "close-round", round_uuid)
    page.reload()
    expect(page.locator("main")).to_contain_text("Tổng điểm")
    expect(page.locator("main")).to_contain_text("Hạng 1 trên 1")
    expect(phone.open(f"/xep-hang/{round_uuid}").locator("main")).to_contain_text(
        "Xếp theo: tổng điểm, rồi dự đoán gần nhất, rồi nộp sớm hơn."
    )


def test_a_member_of_a_team_is_put_down_and_taken_off_again(device: Device, other: dict[str, str]) -> None:
    phone, desk = device(), device(expected=("404",))
    expert = sign_up(phone, name="Trần Văn Sơn")
    sign_in(desk, ORGANIZER)
    page = desk.open(f"/quan-tri/hoi-thi/{other['contest']}")
    address = page.get_by_label("Địa chỉ thư của tài khoản")
    listed = page.locator("li").filter(has_text="T. V. Sơn")

    address.fill("khong-co-ai@vi-du.vn")
    address.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Không có tài khoản nào")
    page.get_by_label("Đội").select_option("secretaries")
    address.fill(expert.email)
    address.press("Enter")
    expect(listed).to_contain_text("Tổ Thư ký")
    expect(address).to_have_value("")
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    assert expert.email not in page.content()
    refused = send(phone, "POST", f"/api/rounds/{other['round']}/attempts", {})
    listed.get_by_role("button", name="Bỏ khỏi danh sách").click()
    page.get_by_role("dialog").get_by_role("button", name="Bỏ khỏi danh sách").click()
    expect(listed).to_have_count(0)
    let_in = send(phone, "POST", f"/api/rounds/{other['round']}/attempts", {})

    assert (refused.status, refused.json()["code"]) == (403, "person_excluded")
    # The next of the rules: no date of birth is stated.
    assert (let_in.status, let_in.json()["code"]) == (409, "age_needed")


def test_of_two_open_contests_the_second_is_entered_by_its_rules_which_name_the_prizes(
    device: Device, other: dict[str, str]
) -> None:
    phone = device()
    sign_up(phone)
    page = phone.open("/")
    expect(page.get_by_role("link", name="Thể lệ và giải thưởng")).to_be_visible()
    page.locator(f'a[href="/the-le/{other["contest"]}"]').click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thể lệ: Hội thi có thể lệ khác")
    prizes = page.get_by_role("region", name="Giải thưởng mỗi đợt").get_by_role("listitem")
    expect(prizes).to_have_text(
        [
            re.compile(r"^\s*Giải Nhất\s+1 giải\s+5\.000\.000 đồng\s*$"),
            re.compile(r"^\s*Tập thể dẫn đầu\s+1 giải\s+hạng 1 về số người dự thi \(phường, xã\)\s*$"),
        ]
    )
    assert (axe_violations(page), small_targets(page), overflow_px(page)) == ([], [], 0)
    page.get_by_role("link", name="Vào thi").click()
    page.wait_for_url(f"**/vao-thi/{other['round']}")
