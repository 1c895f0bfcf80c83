"""Pages that tick by themselves: standings, the wall, the board's participation, the organizer's monitor."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import DESK
from tests.e2e.conftest import Device
from tests.e2e.people import BOARD, ORGANIZER, call, demo_contest, find_ward, play, round_of, sign_in, sign_up

WARD = "xa quang bi"  # few of the demo's people live here


def _number(locator: Locator) -> int:
    return int(re.sub(r"\D", "", locator.text_content() or ""))


def _expect_number(locator: Locator, number: int) -> None:
    expect(locator).to_have_text(re.compile(rf"^\s*{number:,}\s*$".replace(",", "[.,]?")))


def _mark(page: Page) -> None:
    """Leave a mark that a reload would wipe away."""
    page.evaluate("window.stayed = true")


def _expect_stayed(page: Page) -> None:
    assert page.evaluate("window.stayed") is True


def test_a_submission_shows_on_the_standings_and_on_the_wall_without_a_reload(device: Device) -> None:
    reader, rival, wall = device(), device(), device(viewport=DESK)
    sign_up(reader, ward=WARD)
    sign_up(rival, ward=WARD, name="Lý Thị Đối Thủ")
    round_uuid = round_of(demo_contest(reader), "open")["uuid"]
    ward = find_ward(reader, WARD)
    standings = reader.open(f"/xep-hang/{round_uuid}?unit={ward['id']}")
    board = wall.open(f"/bang/{round_uuid}")
    expect(standings.get_by_text("Đang cập nhật trực tiếp")).to_be_visible()
    people, entries = board.locator("dd").nth(0), board.locator("dd").nth(1)
    expect(entries).to_have_text(re.compile(r"\d"))
    before = (_number(people), _number(entries))
    in_ward = _number(standings.locator(".totals strong").first)
    for page in (standings, board):
        _mark(page)

    play(rival, round_uuid)

    _expect_number(people, before[0] + 1)
    _expect_number(entries, before[1] + 1)
    _expect_number(standings.locator(".totals strong").first, in_ward + 1)
    expect(standings.locator("tbody tr")).to_have_count(in_ward + 1)
    # Names are shortened in public.
    expect(standings.locator("main")).not_to_contain_text("Lý Thị Đối Thủ")
    for page in (standings, board):
        _expect_stayed(page)


def test_the_board_counts_people_entries_and_all_correct_on_126_tiles_and_ticks(device: Device) -> None:
    office, citizen = device(viewport=DESK), device()
    sign_in(office, BOARD)
    sign_up(citizen, ward=WARD)
    round_uuid = round_of(demo_contest(citizen), "open")["uuid"]
    ward = find_ward(citizen, WARD)
    page = office.open("/quan-tri/tham-gia")

    counts = page.locator(".totals .value")
    expect(counts).to_have_count(3)
    expect(page.locator(".tile")).to_have_count(126)
    counted = call(office, "GET", f"/api/rounds/{round_uuid}/participation?facet=territory")["results"]
    expect(page.locator(".frame tbody tr")).to_have_count(len(counted))
    expect(page.get_by_text("Trực tiếp")).to_be_visible()
    before = [_number(counts.nth(i)) for i in range(3)]
    tile = page.locator(f'[data-unit="{ward["id"]}"]')
    in_ward = _number(tile)
    _mark(page)

    play(citizen, round_uuid)

    _expect_number(counts.nth(0), before[0] + 1)
    _expect_number(counts.nth(1), before[1] + 1)
    expect(tile).to_have_text(str(in_ward + 1))
    _expect_stayed(page)


def test_the_tiles_are_walked_by_keyboard_and_show_the_same_card(device: Device) -> None:
    office = device(viewport=DESK)
    sign_in(office, BOARD)
    page = office.open("/quan-tri/tham-gia")
    expect(page.locator(".tile")).to_have_count(126)
    expect(page.locator('.tile[tabindex="0"]')).to_have_count(1)

    page.locator('.tile[tabindex="0"]').focus()
    seen = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        label = str(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        seen.add(label)
        # The name stands in the card as it is spoken on the tile.
        expect(page.locator(".card .name strong")).to_have_text(label.split(",", maxsplit=1)[0])
    assert len(seen) >= 3
    page.keyboard.press("Enter")
    expect(page.locator('.tile[aria-pressed="true"]')).to_have_count(1)
    expect(page).to_have_url(re.compile(r"unit="))


def test_the_monitor_counts_a_start_and_a_submission(device: Device) -> None:
    desk, citizen = device(viewport=DESK), device()
    sign_in(desk, ORGANIZER)
    sign_up(citizen)
    contest = demo_contest(citizen)
    page = desk.open(f"/quan-tri/hoi-thi/{contest['key']}")
    counts = page.locator("section:has(#monitor-title) dd")
    expect(counts.first).to_have_text(re.compile(r"\d"))
    started, submitted = _number(counts.nth(0)), _number(counts.nth(2))

    play(citizen, round_of(contest, "open")["uuid"])

    _expect_number(counts.nth(0), started + 1)
    _expect_number(counts.nth(2), submitted + 1)
