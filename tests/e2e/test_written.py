"""Answers in words under a person's hands: saved when the page says so, there again on every device, and never lost."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.browser import DESK, Visit
from tests.e2e.checks import SHIFT_WATCH, axe_violations, overflow_px, small_targets
from tests.e2e.conftest import Device, Live
from tests.e2e.people import call, sign_in, sign_up, start_attempt
from tests.e2e.sitting import await_item, expect_saved
from tests.e2e.stage import set_stage
from tests.e2e.test_connection import CUT, KEEP_SOCKETS
from tests.e2e.test_offline_reload import IS_READY
from tests.e2e.written import ESSAY_STEM, SHORT_STEM

SHORT, ESSAY = 2, 3
ESSAY_TEXT = "Tôi sẽ mở lớp số cho người cao tuổi.\n\nMỗi tối thứ Năm, ở nhà văn hóa: <b>dễ</b> & vui."

# What changes in regions that a screen reader announces at once.
WATCH_SPOKEN = """() => {
  window.spoken = [];
  for (const region of document.querySelectorAll('[role="alert"]'))
    new MutationObserver(() => window.spoken.push(region.textContent.trim()))
      .observe(region, { subtree: true, childList: true, characterData: true });
}"""


def _paper(phone: Visit, live: Live) -> dict[str, Any]:
    """Begin an attempt whose paper wants words; return it as the server tells it."""
    paper = start_attempt(phone, set_stage(live.env, "words-wanted")["round"])
    set_stage(live.env, "lay-words", paper["uuid"])
    return dict(call(phone, "GET", f"/api/attempts/{paper['uuid']}"))


def _sit(phone: Visit, live: Live) -> tuple[Page, dict[str, Any]]:
    paper = _paper(phone, live)
    page = phone.open(f"/thi/{paper['uuid']}")
    await_item(page, 1)
    return page, paper


def _go(page: Page, item: int) -> Locator:
    """Open a question by the map, as a hand does, and return its field."""
    if page.locator("nav .small").is_visible():
        page.locator("nav .small").click()
        page.get_by_role("dialog").locator(".map button").nth(item - 1).click()
    else:
        page.locator("aside .map button").nth(item - 1).click()
    return _field(page, item)


def _field(page: Page, item: int) -> Locator:
    field = page.get_by_label(SHORT_STEM if item == SHORT else ESSAY_STEM)
    expect(field).to_be_visible()
    return field


def _saved(phone: Visit, paper: dict[str, Any]) -> dict[int, str]:
    saved = call(phone, "GET", f"/api/attempts/{paper['uuid']}")["saved"]
    return {one["item"]: one["text"] for one in saved if "text" in one}


def _cut(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.evaluate("window.sockets.forEach((socket) => socket.close())")


def test_words_are_saved_as_they_are_written_and_are_there_on_another_device(device: Device, live: Live) -> None:
    phone, desk = device(), device(viewport=DESK)
    phone.context.add_init_script(SHIFT_WATCH)
    citizen = sign_up(phone)
    page, paper = _sit(phone, live)

    # By keys alone: on to the field, a line, and on with the key that the phone's keyboard calls "next".
    page.keyboard.press("ArrowRight")
    short = _field(page, SHORT)
    page.keyboard.press("Tab")
    expect(short).to_be_focused()
    page.keyboard.type("Văn hiến 1234 f r n")
    expect(page.locator(".mark.waiting")).to_have_text("● Chưa lưu")
    expect(page.locator(".mark.saved")).to_have_text("✓ Đã lưu")
    expect(page.get_by_role("status").filter(has_text="Đã lưu")).to_have_count(1)
    expect_saved(page, 1)
    assert page.locator(".chosen").count() == 0
    page.keyboard.press("Enter")
    expect(_field(page, ESSAY)).to_have_value("")
    page.keyboard.press("Tab")
    page.keyboard.type(ESSAY_TEXT)
    expect(page.locator(".count")).to_have_text(f"{len(ESSAY_TEXT)} / 5.000")
    expect_saved(page, 2)
    assert _saved(phone, paper) == {SHORT: "Văn hiến 1234 f r n", ESSAY: ESSAY_TEXT}
    # Out of the field the page's own keys count again, as they do everywhere else.
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    expect(_field(page, SHORT)).to_have_value("Văn hiến 1234 f r n")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Xem lại bài")).to_be_visible()
    page.get_by_role("button", name="Quay lại làm bài").click()

    for item in (ESSAY, SHORT):
        size = _go(page, item).evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
        assert (size >= 16, axe_violations(page), small_targets(page), overflow_px(page)) == (True, [], [], 0)
    assert sum(page.evaluate("window.shifts")) < 0.02

    page.reload()
    expect(_field(page, SHORT)).to_have_value("Văn hiến 1234 f r n")
    expect_saved(page, 2)
    sign_in(desk, citizen.email, citizen.password)
    other = desk.open(f"/thi/{paper['uuid']}")
    await_item(other, 1)
    expect(_go(other, ESSAY)).to_have_value(ESSAY_TEXT)
    expect(other.locator("aside .map button.saved")).to_have_count(2)
    assert (other.locator("textarea b").count(), axe_violations(other), overflow_px(other)) == (0, [], 0)
    expect(page.get_by_role("heading", name="Bài này đang mở ở nơi khác")).to_be_visible()


def test_words_written_without_a_network_outlive_the_page_and_arrive_later(device: Device, live: Live) -> None:
    phone = device(expected=(*CUT, "net::ERR"))
    phone.context.add_init_script(KEEP_SOCKETS)
    sign_up(phone)
    page, paper = _sit(phone, live)
    page.wait_for_function(IS_READY, arg=paper["uuid"])
    _go(page, ESSAY).fill("Trước khi mất mạng.")
    expect_saved(page, 1)

    _cut(phone.context, page)
    _field(page, ESSAY).press_sequentially(" Và sau đó.")
    expect(page.locator(".mark.waiting")).to_have_text("● Chưa lưu")
    expect(page.locator("header")).to_contain_text("Mất mạng: 1 câu chờ gửi, cứ làm tiếp")
    page.reload()
    expect(_field(page, ESSAY)).to_have_value("Trước khi mất mạng. Và sau đó.")
    expect(page.locator(".mark.waiting")).to_have_text("● Chưa lưu")
    assert _saved_rows(live, paper) == [(ESSAY, "Trước khi mất mạng.")]

    phone.context.set_offline(False)
    expect_saved(page, 1)
    assert _saved_rows(live, paper) == [(ESSAY, "Trước khi mất mạng. Và sau đó.")]


def _saved_rows(live: Live, paper: dict[str, Any]) -> list[tuple[Any, ...]]:
    sql = (
        "SELECT n.item, n.text FROM attempts_answer n JOIN attempts_attempt a ON a.id = n.attempt_id"
        " WHERE a.uuid = %s AND n.text IS NOT NULL ORDER BY n.item"
    )
    return live.rows(sql, paper["uuid"])


def test_an_essay_too_long_for_a_frame_goes_by_http_and_one_too_long_for_the_rules_waits(
    device: Device, live: Live
) -> None:
    phone = device()
    sign_up(phone)
    page, paper = _sit(phone, live)
    longest = f"{'ờ' * 49}\n" * 100
    assert (len(longest), len(longest.encode()) > 8 * 1024) == (5_000, True)

    essay = _go(page, ESSAY)
    with page.expect_request(f"**/api/attempts/{paper['uuid']}/answers") as posted:
        essay.fill(longest)
    expect_saved(page, 1)
    assert [one["text"] for one in posted.value.post_data_json["answers"]] == [longest]
    assert _saved(phone, paper) == {ESSAY: longest}

    # Announced once, when the limit is crossed: the number, which changes with every key, is told to the eyes.
    page.evaluate(WATCH_SPOKEN)
    essay.press("End")
    essay.press_sequentially("abc")
    expect(page.locator(".error")).to_contain_text("Dài quá 3 ký tự")
    expect(page.get_by_role("alert").filter(has_text="Dài quá mức cho phép")).to_have_count(1)
    assert page.evaluate("window.spoken") == [
        "Dài quá mức cho phép: phần vừa viết chưa được lưu. Rút ngắn thì bài tự lưu."
    ]
    expect(essay).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".mark.waiting")).to_have_text("● Chưa lưu")
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    page.get_by_role("button", name="Xem lại").click()
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("dialog")).to_contain_text("Câu 3: dài quá mức cho phép")
    page.get_by_role("button", name="Chờ và làm tiếp").click()
    assert _saved(phone, paper) == {ESSAY: longest}


def test_a_syllable_that_an_input_method_composes_is_not_sent_before_it_is_finished(device: Device, live: Live) -> None:
    phone = device()
    sign_up(phone)
    paper = _paper(phone, live)
    page = phone.page()
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    page.goto(f"{phone.url}/thi/{paper['uuid']}")
    await_item(page, 1)
    short = _go(page, SHORT)
    short.focus()
    keyboard = phone.context.new_cdp_session(page)

    for composed in ("H", "Ha", "Haf", "Hà"):
        keyboard.send("Input.imeSetComposition", {"text": composed, "selectionStart": -1, "selectionEnd": -1})
    expect(page.locator(".mark.waiting")).to_have_text("● Chưa lưu")
    page.wait_for_timeout(1_500)  # twice as long as a pause: nothing may come of it
    assert [frame for frame in sent if '"t":"text"' in frame] == []
    keyboard.send("Input.insertText", {"text": "Hà"})
    keyboard.send("Input.insertText", {"text": " Nội"})
    expect_saved(page, 1)

    assert short.input_value() == "Hà Nội"
    texts = [json.loads(frame)["text"] for frame in sent if '"t":"text"' in frame]
    assert (texts[-1], [text for text in texts if "f" in text]) == ("Hà Nội", [])
    assert _saved(phone, paper) == {SHORT: "Hà Nội"}


def test_what_another_device_has_overtaken_is_offered_and_not_lost(device: Device, live: Live) -> None:
    phone, desk = device(expected=CUT), device(viewport=DESK)
    phone.context.add_init_script(KEEP_SOCKETS)
    citizen = sign_up(phone)
    page, paper = _sit(phone, live)
    essay = _go(page, ESSAY)
    _cut(phone.context, page)
    essay.fill("Bản viết trên điện thoại")
    expect(page.locator('[data-waiting="1"]')).to_be_visible()

    sign_in(desk, citizen.email, citizen.password)
    other = desk.open(f"/thi/{paper['uuid']}")
    await_item(other, 1)
    for text in ("Bản", "Bản viết", "Bản viết trên máy bàn"):
        _go(other, ESSAY).fill(text)
        expect_saved(other, 1)

    phone.context.set_offline(False)
    expect(essay).to_have_value("Bản viết trên máy bàn")
    mine = page.get_by_role("region", name="Đoạn viết trên máy này")
    expect(mine).to_contain_text("Bản viết trên điện thoại")
    assert (axe_violations(page), small_targets(page), overflow_px(page)) == ([], [], 0)
    page.reload()
    expect(mine).to_contain_text("Bản viết trên điện thoại")
    assert _saved(phone, paper) == {ESSAY: "Bản viết trên máy bàn"}
    # Handing in would leave it behind: whoever does so is told.
    page.get_by_role("button", name="Xem lại").click()
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("dialog")).to_contain_text("Câu 3: có đoạn viết trên máy này chưa được lưu.")
    page.get_by_role("dialog").get_by_role("button", name="Làm tiếp").click()
    page.get_by_role("button", name="Quay lại làm bài").click()

    mine.get_by_role("button", name="Thay bằng đoạn này").click()
    expect(mine).to_have_count(0)
    expect(page.locator(".mark.saved")).to_have_text("✓ Đã lưu")
    assert _saved(phone, paper) == {ESSAY: "Bản viết trên điện thoại"}


def test_a_text_saved_elsewhere_under_a_lower_number_is_not_replaced_unasked(device: Device, live: Live) -> None:
    phone, desk = device(expected=CUT), device(viewport=DESK)
    phone.context.add_init_script(KEEP_SOCKETS)
    citizen = sign_up(phone)
    page, paper = _sit(phone, live)
    essay = _go(page, ESSAY)
    _cut(phone.context, page)
    # Every pause without a network takes a number, too.
    for text in ("Bản", "Bản trên", "Bản trên máy", "Bản trên máy cầm tay"):
        essay.fill(text)
        essay.blur()

    sign_in(desk, citizen.email, citizen.password)
    other = desk.open(f"/thi/{paper['uuid']}")
    await_item(other, 1)
    _go(other, ESSAY).fill("Bản viết trên máy bàn")
    expect_saved(other, 1)

    phone.context.set_offline(False)
    expect(essay).to_have_value("Bản viết trên máy bàn")
    mine = page.get_by_role("region", name="Đoạn viết trên máy này")
    expect(mine).to_contain_text("Bản trên máy cầm tay")
    expect(page.get_by_role("status").filter(has_text="có đoạn viết trên máy này chưa được lưu")).to_have_count(1)
    expect(page.locator(".mark.saved")).to_have_text("✓ Đã lưu")
    assert _saved(phone, paper) == {ESSAY: "Bản viết trên máy bàn"}


def test_the_page_seals_at_the_deadline_what_was_still_being_typed(device: Device, live: Live) -> None:
    phone = device()
    sign_up(phone)
    paper = _paper(phone, live)
    set_stage(live.env, "nearly-over", paper["uuid"], "12")
    page = phone.open(f"/thi/{paper['uuid']}")
    await_item(page, 1)
    essay = _go(page, ESSAY)
    essay.focus()

    # A syllable is never sent while it is composed; the deadline ends the composing too.
    keyboard = phone.context.new_cdp_session(page)
    text = {"text": "Trong giờ", "selectionStart": -1, "selectionEnd": -1}
    keyboard.send("Input.imeSetComposition", text)
    expect(essay).to_have_value("Trong giờ")
    assert _saved_rows(live, paper) == []
    page.wait_for_url("**/ket-qua/**")

    assert _saved_rows(live, paper) == [(ESSAY, "Trong giờ")]
