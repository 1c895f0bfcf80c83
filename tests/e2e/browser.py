"""Chromium as a person has it: a phone or a desk, and a record of everything that went wrong in the page."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, ViewportSize

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = ViewportSize(width=360, height=640)
DESK = ViewportSize(width=1280, height=800)
WAIT_MS = 20_000  # states are waited for; a busy machine of two cores must not fail a test
# The browser itself notes every answer of 400 and above; a visitor is one by the server's word.
VISITOR = "/api/me"


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM_PATH", "")
    return next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), None)


def launch(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


@dataclass
class Visit:
    """One device: its browser context and what its pages complained of."""

    url: str
    context: BrowserContext
    errors: list[str] = field(default_factory=list)
    """Console errors and uncaught exceptions, with the address they came from."""
    foreign: list[str] = field(default_factory=list)
    """Requests that left the origin."""

    def page(self) -> Page:
        return self.context.new_page()

    def open(self, path: str) -> Page:
        page = self.page()
        page.goto(self.url + path)
        return page

    def unexpected(self, *, expected: Iterable[str] = ()) -> list[str]:
        """Return the errors that name none of `expected`."""
        allowed = (VISITOR, *expected)
        return [error for error in self.errors if not any(part in error for part in allowed)]

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} [{message.location.get('url', '')}]")

    def note_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith(("data:", "blob:")):
            self.foreign.append(request.url)


def visit(browser: Browser, url: str, **options: Any) -> Visit:
    """Take up a device that has never been here: Vietnamese, a phone unless said otherwise, all motion at rest."""
    given = {"viewport": PHONE, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce"}
    context = browser.new_context(**{**given, **options})
    context.set_default_timeout(WAIT_MS)
    context.set_default_navigation_timeout(2 * WAIT_MS)
    made = Visit(url=url, context=context)
    context.on("console", made.note_console)
    context.on("weberror", lambda error: made.errors.append(f"uncaught: {error.error}"))
    context.on("request", made.note_request)
    return made
