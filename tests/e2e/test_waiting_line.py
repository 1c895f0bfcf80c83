"""When many start at once a page shows its person's place, comes back by itself, and keeps the place over a reload."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Device
from tests.e2e.people import demo_contest, round_of, sign_up

STARTS = "**/api/rounds/*/attempts"


class Crowd:
    """Stands before the server: as long as others are ahead, the page is told its place."""

    def __init__(self, page: Page, *, ahead: int) -> None:
        self.ahead = ahead
        self.tickets: list[str | None] = []
        page.route(STARTS, self._answer)

    def _answer(self, route: Route) -> None:
        self.tickets.append(route.request.header_value("x-waiting-ticket"))
        if self.ahead == 0:
            route.continue_()
            return
        body: dict[str, Any] = {"code": "waiting", "place": self.ahead + 1, "ahead": self.ahead, "retry_ms": 300}
        body["ticket"] = f"ticket-{len(self.tickets)}"
        route.fulfill(status=202, content_type="application/json", body=json.dumps(body))


def test_a_place_in_the_line_moves_survives_a_reload_and_ends_in_a_paper(device: Device) -> None:
    phone = device()
    sign_up(phone)
    page = phone.open(f"/vao-thi/{round_of(demo_contest(phone), 'open')['uuid']}")
    crowd = Crowd(page, ahead=1233)

    page.get_by_role("button", name="Bắt đầu làm bài").click()
    line = page.locator('[aria-live="polite"]').filter(has_text="hàng chờ")
    expect(line).to_contain_text("Bạn đứng thứ 1.234 trong hàng chờ")
    expect(line).to_contain_text("Đồng hồ chưa chạy; giữ nguyên trang này.")
    crowd.ahead = 41
    expect(line).to_contain_text("Bạn đứng thứ 42 trong hàng chờ")

    page.reload()
    expect(line).to_contain_text("Bạn đứng thứ 42 trong hàng chờ")
    crowd.ahead = 0

    expect(page.locator("fieldset[data-item]")).to_be_visible()
    assert crowd.tickets[0] is None
    assert None not in crowd.tickets[1:]


def test_leaving_the_page_leaves_the_line(device: Device) -> None:
    phone = device()
    sign_up(phone)
    address = f"/vao-thi/{round_of(demo_contest(phone), 'open')['uuid']}"
    page = phone.open(address)
    crowd = Crowd(page, ahead=5)
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    expect(page.get_by_text("Bạn đứng thứ 6 trong hàng chờ")).to_be_visible()

    page.get_by_role("link", name="Để sau").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nghị quyết 15")
    asked = len(crowd.tickets)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + address)

    expect(page.get_by_role("button", name="Bắt đầu làm bài")).to_be_enabled()
    expect(page.get_by_text("hàng chờ")).to_have_count(0)
    assert len(crowd.tickets) == asked
