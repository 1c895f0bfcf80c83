"""Voiding an attempt by its receipt or from its flag, freezing and opening a board: what each side sees meanwhile."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browser import DESK
from tests.e2e.conftest import Device
from tests.e2e.people import ORGANIZER, SECOND_ORGANIZER, call, demo_contest, play, round_of, sign_in, sign_up


def _confirm(page: Page, name: str, reason: str = "") -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    if reason:
        dialog.get_by_label("Lý do").fill(reason)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_be_hidden()


def test_an_attempt_is_voided_by_two_and_its_owner_reads_why(device: Device) -> None:
    phone, desk, second_desk = device(), device(viewport=DESK), device(viewport=DESK)
    sign_up(phone, name="Lê Thị Hoa")
    contest = demo_contest(phone)
    attempt = play(phone, str(round_of(contest, "open")["uuid"]), prediction=20)
    receipt = call(phone, "GET", f"/api/attempts/{attempt}/result")["receipt"]
    sign_in(desk, ORGANIZER)
    sign_in(second_desk, SECOND_ORGANIZER)
    path = f"/quan-tri/hoi-thi/{contest['key']}/huy-ket-qua"

    page = desk.open(path)
    page.get_by_label("Mã biên nhận").fill(receipt.lower().replace("-", ""))
    page.keyboard.press("Enter")
    expect(page.get_by_text("L. T. Hoa").first).to_be_visible()
    page.get_by_role("button", name="Đề nghị hủy 1 lượt").click()
    expect(page.get_by_role("dialog")).to_contain_text("người này rời bảng xếp hạng")
    _confirm(page, "Đề nghị hủy", "Một người làm bài cho nhiều tài khoản.")
    mine = page.get_by_role("article").filter(has_text="L. T. Hoa").first
    expect(mine).to_contain_text("người đề nghị không tự duyệt")
    other = second_desk.open(path)
    card = other.get_by_role("article").filter(has_text="Một người làm bài cho nhiều tài khoản.").first
    card.get_by_role("button", name="Duyệt hủy kết quả").click()
    _confirm(other, "Duyệt hủy kết quả")
    expect(card).to_contain_text("Đã hủy kết quả")

    notice = phone.open(f"/ket-qua/{attempt}")
    expect(notice.get_by_role("alert")).to_contain_text("Một người làm bài cho nhiều tài khoản.")
    expect(notice.get_by_text("Thứ hạng", exact=True)).to_have_count(0)
    steps = second_desk.open(f"/quan-tri/hoi-thi/{contest['key']}/nhat-ky")
    expect(steps.get_by_text("Duyệt hủy kết quả").first).to_be_visible()


def test_a_flagged_attempt_leads_to_its_voiding_and_names_nobody(device: Device) -> None:
    phone, desk = device(), device(viewport=DESK)
    sign_up(phone, name="Lê Thị Hoa")
    contest = demo_contest(phone)
    attempt = play(phone, str(round_of(contest, "open")["uuid"]), prediction=20, is_odd=True)
    sign_in(desk, ORGANIZER)

    page = desk.open(f"/quan-tri/hoi-thi/{contest['key']}")
    page.get_by_role("link", name="Bài đáng xem lại").click()
    # The newest stand first: the two of this attempt.
    cards = page.get_by_role("article")
    expect(cards.nth(0)).to_contain_text("Câu 20 của đề này: đến trước là A, đến sau với cùng số thứ tự là B.")
    expect(cards.nth(1)).to_contain_text("nhanh hơn tay người bấm")
    expect(page.get_by_role("main")).not_to_contain_text("Hoa")
    page.get_by_role("button", name="Nhanh hơn sức người").click()
    expect(page).to_have_url(re.compile("kind=haste"))
    expect(cards.filter(has_text="Một số thứ tự")).to_have_count(0)
    cards.first.get_by_role("link", name="Xem lượt thi này").click()

    expect(page).to_have_url(re.compile(f"/huy-ket-qua\\?luot={attempt}$"))
    expect(page.get_by_text("L. T. Hoa").first).to_be_visible()


def test_a_frozen_board_stands_still_for_everybody_but_organizers(device: Device) -> None:
    phone, desk = device(), device(viewport=DESK)
    contest = demo_contest(phone)
    one = round_of(contest, "open")
    sign_in(desk, ORGANIZER)
    public = phone.open(f"/xep-hang/{one['uuid']}")
    expect(public.get_by_role("heading", name="Bảng xếp hạng")).to_be_visible()
    page = desk.open(f"/quan-tri/hoi-thi/{contest['key']}/xep-hang")
    section = page.get_by_role("region", name=one["title"], exact=True)

    section.get_by_role("button", name="Tạm dừng bảng").click()
    page.get_by_role("dialog").get_by_role("button", name="Tạm dừng bảng").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nêu lý do")
    _confirm(page, "Tạm dừng bảng", "Giữ kết quả đến lễ trao giải.")
    expect(section.get_by_text("Bảng thật lúc này")).to_be_visible()
    # The open page learns of it by itself.
    expect(public.get_by_text("Bảng xếp hạng tạm dừng từ")).to_be_visible()
    section.get_by_role("button", name="Mở lại bảng").click()
    _confirm(page, "Mở lại bảng", "Đã trao giải.")

    expect(section.get_by_text("Đang trực tiếp")).to_be_visible()
    expect(public.get_by_text("Bảng xếp hạng tạm dừng từ")).to_be_hidden()
