"""The exam page under a person's hands: answering by keys, going to the review, handing in."""

from typing import Any

from playwright.sync_api import Page, expect

Choices = dict[int, list[int]]
"""Item -> the options taken, as the interface names them."""


def await_item(page: Page, number: int) -> None:
    expect(page.locator(f'fieldset[data-item="{number}"]')).to_be_visible()


def press_answer(page: Page, item: dict[str, Any]) -> list[int]:
    """Answer the item in view by its number keys: one key, or two where several are right."""
    first = (item["item"] % len(item["options"])) + 1
    keys = [first] if item["kind"] == "single" else sorted({first, first % len(item["options"]) + 1})
    for key in keys:
        page.keyboard.press(str(key))
        expect(page.locator(f'fieldset[data-item="{item["item"]}"] label').nth(key - 1)).to_contain_class("chosen")
    return sorted(item["options"][key - 1]["option"] for key in keys)


def press_answers(page: Page, items: list[dict[str, Any]]) -> Choices:
    """Answer the given items in a row, the first of them in view, going on with the right arrow."""
    pressed: Choices = {}
    for item in items:
        await_item(page, item["item"])
        pressed[item["item"]] = press_answer(page, item)
        page.keyboard.press("ArrowRight")
    return pressed


def expect_saved(page: Page, count: int) -> None:
    """Wait until the page says that the server has confirmed so many answers and none waits."""
    expect(page.locator(f'[data-saved="{count}"][data-waiting="0"]')).to_be_visible()


def saved_choices(answers: list[dict[str, Any]]) -> Choices:
    return {answer["item"]: sorted(answer["choice"]) for answer in answers}


def hand_in(page: Page) -> None:
    """From the exam page or the review, hand in and wait for the result."""
    if page.get_by_role("heading", name="Xem lại bài").count() == 0:
        page.keyboard.press("r")
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/ket-qua/**")


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused_name(page).startswith(name):
            return
    raise AssertionError(f"{name!r} was not reached by {most} tabs")


def focused_name(page: Page) -> str:
    """Return the spoken name of the focused element, as far as these pages give one."""
    return str(
        page.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one || one === document.body) return '';
              const label = one.labels?.[0]?.textContent ?? '';
              return (one.getAttribute('aria-label') || label || one.textContent || '').replace(/\\s+/g, ' ').trim();
            }"""
        )
    )
