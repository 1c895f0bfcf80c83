"""The network is gone and the browser has thrown the page away: opened again, the exam goes on."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser import Visit
from tests.e2e.conftest import Device
from tests.e2e.people import call, demo_contest, round_of, sign_up, start_attempt
from tests.e2e.sitting import await_item, expect_saved, press_answers, saved_choices

# What the browser itself notes when a network is gone.
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "WebSocket connection to", "net::ERR")

# The worker holds what an exam needs and has taken this page over; the paper's copy lies on the device.
IS_READY = """
  async (attempt) => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) return false;
    const result = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const db = await result(indexedDB.open('hoithi'));
    const kept = await result(db.transaction('papers').objectStore('papers').get(attempt));
    db.close();
    return kept !== undefined;
  }
"""
COPIES = """
  async () => {
    const result = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const db = await result(indexedDB.open('hoithi'));
    const names = ['papers', 'settled'];
    const counts = await Promise.all(names.map((name) => result(db.transaction(name).objectStore(name).count())));
    db.close();
    return counts;
  }
"""


def _sit(phone: Visit) -> tuple[Page, dict[str, Any]]:
    sign_up(phone)
    paper = start_attempt(phone, round_of(demo_contest(phone), "open")["uuid"])
    page = phone.open(f"/thi/{paper['uuid']}")
    await_item(page, 1)
    page.wait_for_function(IS_READY, arg=paper["uuid"])
    return page, paper


def _saved(phone: Visit, paper: dict[str, Any]) -> dict[int, list[int]]:
    return saved_choices(call(phone, "GET", f"/api/attempts/{paper['uuid']}")["saved"])


def test_an_exam_is_reopened_offline_and_everything_arrives_later(device: Device) -> None:
    phone = device(expected=CUT)
    page, paper = _sit(phone)
    before = press_answers(page, paper["items"][:3])
    expect_saved(page, 3)

    phone.context.set_offline(True)
    page.reload()
    await_item(page, 4)
    expect(page.get_by_text("bài mở từ bản giữ trên máy")).to_be_visible()
    expect(page.locator('[data-saved="3"][data-waiting="0"]')).to_contain_text("Mất mạng")
    during = press_answers(page, paper["items"][3:5])
    expect(page.locator('[data-saved="3"][data-waiting="2"]')).to_contain_text("Mất mạng: 2 câu chờ gửi")
    # Thrown away once more: what waits must survive that too.
    page.reload()
    await_item(page, 6)
    expect(page.locator('[data-saved="3"][data-waiting="2"]')).to_be_visible()

    phone.context.set_offline(False)
    expect_saved(page, 5)
    expect(page.get_by_text("bài mở từ bản giữ trên máy")).to_have_count(0)
    assert _saved(phone, paper) == {**before, **during}


def test_nobody_else_on_the_phone_is_shown_the_paper(device: Device) -> None:
    phone = device(expected=(*CUT, "/_allauth/browser/v1/auth/session", "/api/attempts/"))
    page, paper = _sit(phone)
    press_answers(page, paper["items"][:1])
    expect_saved(page, 1)
    assert page.evaluate(COPIES) == [1, 1]

    page.goto(f"{phone.url}/ho-so")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{phone.url}/")
    page.wait_for_function(f"async () => (await ({COPIES})()).every((count) => count === 0)")
    phone.context.set_offline(True)
    page.goto(f"{phone.url}/thi/{paper['uuid']}")

    expect(page.get_by_text("Không kết nối được máy chủ")).to_be_visible()
    expect(page.locator("fieldset")).to_have_count(0)
