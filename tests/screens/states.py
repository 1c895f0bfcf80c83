"""Bring a page into a state that it is rarely seen in: loading, refused, empty, offline."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

Act = Callable[[Page], None]

# Open sockets outlive Chromium's "offline"; a lost mobile network takes them along.
KEEP_SOCKETS = """
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.sockets.push(this); }
  };
"""
# In the page, not on the way: a request that nobody answers would keep the browser's other end waiting too.
HOLD = """
  const ask = window.fetch;
  window.fetch = (address, ...rest) =>
    new RegExp(window.held).test(String(address)) ? new Promise(() => {}) : ask(address, ...rest);
"""


def held(ending: str) -> Act:
    """Never answer the addresses that end so: what is seen while waiting."""
    return lambda page: page.add_init_script(f"window.held = {json.dumps(ending)}; {HOLD}")


def failing(pattern: str) -> Act:
    """Answer as a server that stumbles."""
    body = {"code": "server_error", "detail": "Hệ thống gặp lỗi. Thử lại sau ít phút."}
    return lambda page: page.route(pattern, lambda route: _answer(route, 500, body))


def refusing(pattern: str, code: str, detail: str) -> Act:
    """Answer 409 with a refusal of the catalogue."""
    return lambda page: page.route(pattern, lambda route: _answer(route, 409, {"code": code, "detail": detail}))


def unreachable(pattern: str) -> Act:
    return lambda page: page.route(pattern, lambda route: route.abort())


def answering(pattern: str, body: object) -> Act:
    return lambda page: page.route(pattern, lambda route: _answer(route, 200, body))


def patched(pattern: str, change: Callable[[Any], None]) -> Act:
    """Let the server answer and change what it said: states that last for a second, or that take a million people."""

    def route(one: Route) -> None:
        answer = one.fetch()
        body = answer.json()
        if one.request.method == "GET" and answer.ok:
            change(body)
        one.fulfill(response=answer, json=body)

    return lambda page: page.route(pattern, route)


def _answer(route: Route, status: int, body: object) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps(body))


def keeping_sockets(page: Page) -> None:
    page.add_init_script(KEEP_SOCKETS)


def cut_off(page: Page) -> None:
    """Take the network away, open sockets included."""
    page.context.set_offline(True)
    page.evaluate("(window.sockets ?? []).forEach((socket) => socket.close())")


def shows(text: str) -> Act:
    return lambda page: expect(page.get_by_text(text).first).to_be_visible()


def heading(text: str) -> Act:
    return lambda page: expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def then(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act
