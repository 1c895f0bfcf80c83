"""What a bad network does to an attempt: nothing that the page hides, and nothing that is lost."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser import Visit
from tests.e2e.conftest import Device, Live
from tests.e2e.people import call, demo_contest, play, round_of, sign_in, sign_up, start_attempt
from tests.e2e.sitting import await_item, expect_saved, hand_in, press_answers, saved_choices

# What the browser itself notes when a network is gone.
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "WebSocket connection to")

# Keeps every socket at hand: Chromium's "offline" leaves open sockets alone, a lost mobile network does not.
KEEP_SOCKETS = """
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.sockets.push(this); }
  };
"""
# A network that lets no WebSocket through: the handshake fails, as behind some offices' proxies.
BLOCK_SOCKETS = """
  window.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    constructor() {
      setTimeout(() => { this.readyState = 3; this.onclose?.(new CloseEvent('close', { code: 1006 })); }, 30);
    }
    send() {}
    close() {}
  };
"""


def _sit(phone: Visit) -> tuple[Page, dict[str, Any]]:
    sign_up(phone)
    paper = start_attempt(phone, round_of(demo_contest(phone), "open")["uuid"])
    page = phone.open(f"/thi/{paper['uuid']}")
    await_item(page, 1)
    return page, paper


def _saved(phone: Visit, paper: dict[str, Any]) -> dict[int, list[int]]:
    return saved_choices(call(phone, "GET", f"/api/attempts/{paper['uuid']}")["saved"])


def test_answers_given_offline_are_counted_as_waiting_and_saved_when_the_network_is_back(device: Device) -> None:
    phone = device(expected=CUT)
    phone.context.add_init_script(KEEP_SOCKETS)
    page, paper = _sit(phone)
    before = press_answers(page, paper["items"][:5])
    expect_saved(page, 5)

    phone.context.set_offline(True)
    page.evaluate("window.sockets.forEach((socket) => socket.close())")
    during = press_answers(page, paper["items"][5:9])
    expect(page.locator("header")).to_contain_text("Mất mạng: 4 câu chờ gửi, cứ làm tiếp")
    expect(page.locator('[data-saved="5"][data-waiting="4"]')).to_be_visible()
    phone.context.set_offline(False)
    expect_saved(page, 9)

    assert _saved(phone, paper) == {**before, **during}


def test_an_attempt_goes_on_after_a_reload_and_on_another_phone(device: Device) -> None:
    phone, other_phone = device(), device()
    citizen = sign_up(phone)
    round_uuid = round_of(demo_contest(phone), "open")["uuid"]
    paper = start_attempt(phone, round_uuid)
    page = phone.open(f"/thi/{paper['uuid']}")
    pressed = press_answers(page, paper["items"][:7])
    expect_saved(page, 7)

    page.reload()
    await_item(page, 8)
    expect_saved(page, 7)

    sign_in(other_phone, citizen.email, citizen.password)
    other_page = other_phone.open("/")
    other_page.get_by_role("link", name="Làm tiếp bài đang mở").click()
    await_item(other_page, 1)
    expect_saved(other_page, 7)
    chosen = other_page.locator("fieldset label.chosen")
    expect(chosen).to_have_count(len(pressed[1]))
    expect(page.get_by_role("heading", name="Bài này đang mở ở nơi khác")).to_be_visible()

    # The last option of the first question, which only this phone takes: in its place, or beside what was chosen.
    first = paper["items"][0]
    last = len(first["options"])
    other_page.keyboard.press(str(last))
    expect(other_page.locator('fieldset[data-item="1"] label').nth(last - 1)).to_contain_class("chosen")
    kept = pressed[1] if first["kind"] == "multiple" else []
    pressed[1] = sorted({*kept, first["options"][last - 1]["option"]})
    expect_saved(other_page, 7)
    page.get_by_role("button", name="Làm tiếp ở đây").click()
    await_item(page, 8)
    expect_saved(page, 7)
    expect(other_page.get_by_role("heading", name="Bài này đang mở ở nơi khác")).to_be_visible()
    assert _saved(phone, paper) == pressed


def test_without_websockets_answers_go_by_http_and_survive_a_reload_unsent(device: Device, live: Live) -> None:
    phone = device(expected=CUT)
    phone.context.add_init_script(BLOCK_SOCKETS)
    sign_up(phone)
    round_uuid = round_of(demo_contest(phone), "open")["uuid"]
    page = phone.open(f"/vao-thi/{round_uuid}")
    expect(page.get_by_text("bị chặn, sẽ lưu bằng đường thường")).to_be_visible()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    await_item(page, 1)
    paper = start_attempt(phone, round_uuid)  # the open one again
    pressed = press_answers(page, paper["items"][:3])
    expect_saved(page, 3)

    phone.context.route("**/api/attempts/*/answers", lambda route: route.abort())
    pressed |= press_answers(page, paper["items"][3:4])
    expect(page.locator('[data-saved="3"][data-waiting="1"]')).to_be_visible()
    page.reload()
    expect(page.locator('[data-saved="3"][data-waiting="1"]')).to_be_visible()
    phone.context.unroute("**/api/attempts/*/answers")
    expect_saved(page, 4)
    hand_in(page)

    stored = live.rows(
        "select item, choice from attempts_answer a join attempts_attempt t on t.id = a.attempt_id where t.uuid = %s",
        paper["uuid"],
    )
    assert {item: sorted(choice) for item, choice in stored} == pressed


def test_handing_in_from_two_tabs_makes_one_result(device: Device, live: Live) -> None:
    phone = device()
    # By HTTP, so that neither tab is told of the other before both have handed in.
    phone.context.add_init_script(BLOCK_SOCKETS)
    first, paper = _sit(phone)
    press_answers(first, paper["items"][:2])
    expect_saved(first, 2)
    second = phone.open(f"/thi/{paper['uuid']}")
    expect_saved(second, 2)

    for page in (first, second):
        page.keyboard.press("r")
        page.get_by_role("button", name="Nộp bài").click()
        expect(page.get_by_role("dialog")).to_contain_text("18 câu chưa trả lời sẽ tính là sai.")
    for page in (first, second):
        page.get_by_role("dialog").get_by_role("button", name="Nộp bài").click(no_wait_after=True)
    for page in (first, second):
        page.wait_for_url("**/ket-qua/**")

    receipts = [page.locator(".receipt").text_content() for page in (first, second)]
    rows = live.rows(
        "select t.receipt from results_result r join attempts_attempt t on t.id = r.attempt_id where t.uuid = %s",
        paper["uuid"],
    )
    assert [(receipt,) for receipt in receipts] == rows * 2


def test_the_last_seconds_hand_in_what_is_saved(device: Device, live: Live) -> None:
    from tests.e2e.stage import set_stage

    phone = device()
    sign_up(phone)
    paper = start_attempt(phone, round_of(demo_contest(phone), "open")["uuid"])
    set_stage(live.env, "nearly-over", paper["uuid"], "100")
    page = phone.open(f"/thi/{paper['uuid']}")
    expect(page.locator('[role="timer"][data-phase="soon"]')).to_be_visible()
    press_answers(page, paper["items"][:2])
    expect_saved(page, 2)

    set_stage(live.env, "nearly-over", paper["uuid"], "8")
    page.reload()
    page.wait_for_url("**/ket-qua/**")

    expect(page.get_by_role("heading", level=1)).to_contain_text("câu đúng")
    result = call(phone, "GET", f"/api/attempts/{paper['uuid']}/result")
    assert (result["state"] in ("submitted", "expired"), result["item_count"]) == (True, 20)


def test_the_second_attempt_is_the_last(device: Device) -> None:
    phone = device()
    sign_up(phone)
    round_uuid = round_of(demo_contest(phone), "open")["uuid"]
    for _ in range(2):
        play(phone, round_uuid)

    page = phone.open("/")
    expect(page.get_by_role("link", name="Xem kết quả")).to_be_visible()
    expect(page.get_by_role("link", name="Vào thi")).to_have_count(0)
    page.goto(f"{phone.url}/vao-thi/{round_uuid}")
    expect(page.get_by_text("Đã dùng hết lượt của đợt này.")).to_be_visible()
    expect(page.get_by_role("button", name="Bắt đầu làm bài")).to_have_count(0)
