"""Takes the pictures: every view at both sizes, numbered in order, long pages once more at full height."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page, ViewportSize, expect

from tests.e2e.browser import DESK, PHONE
from tests.e2e.checks import overflow_px
from tests.e2e.scene import Scene

SIZES = (PHONE, DESK)
LONG = 1.15  # times the screen: from here on a page is also shown whole
MOST_PX = 6_000

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class View:
    """One picture of one page in one state.

    `path` may name addresses of the scene. `prepare` runs before the page is opened (a held or refused answer), `act`
    after it (clicks up to the state that is shown); `waits` False leaves out waiting for whatever is still loading.
    """

    name: str
    who: str
    path: str
    act: Act = lambda page: None
    prepare: Act = lambda page: None
    waits: bool = True
    sizes: tuple[ViewportSize, ...] = SIZES


@dataclass(slots=True)
class Camera:
    """Where the pictures go and how it went."""

    folder: Path
    only: str = ""
    taken: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def shoot_all(self, face: str, views: list[View], scene: Scene) -> None:
        for number, view in enumerate(views, start=1):
            name = f"{face}-{number:02}-{view.name}"
            if self.only in name:
                self._shoot(name, view, scene)

    def _shoot(self, name: str, view: View, scene: Scene) -> None:
        try:
            path = view.path.format(**scene.addresses)
        except KeyError as missing:
            self.skipped.append(name)
            print(f"- {name}: left out, {missing} needs DATABASE_URL", flush=True)
            return
        person = scene.people[view.who]
        page = person.page()
        try:
            page.set_viewport_size(view.sizes[0])
            view.prepare(page)
            page.goto(person.url + path)
            view.act(page)
            for size in view.sizes:
                page.set_viewport_size(size)
                self._settle(page, view)
                self._take(page, f"{name}-{size['width']}", size)
        except (Error, AssertionError) as error:
            self._fail(name, str(error).strip().splitlines()[0])
            with suppress(Error):
                page.screenshot(path=self.folder / f"{name}-FAILED.png")
        finally:
            with suppress(Error):
                person.context.set_offline(False)
            page.close()

    def _settle(self, page: Page, view: View) -> None:
        if view.waits:
            expect(page.locator('[aria-busy="true"]:visible')).to_have_count(0)
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => true)")

    def _take(self, page: Page, name: str, size: ViewportSize) -> None:
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=self.folder / f"{name}.png")
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        if height > size["height"] * LONG:
            clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height, MOST_PX)}
            page.screenshot(path=self.folder / f"{name}-full.png", full_page=True, clip=clip)  # type: ignore[arg-type]
        self.taken += 1
        print(f"{self.taken:3} {name}.png {height} px", flush=True)
        if overflow_px(page) > 0:
            self._fail(name, f"scrolls sideways by {overflow_px(page)} px")

    def _fail(self, name: str, why: str) -> None:
        self.failures.append(f"{name}: {why}")
        print(f"✗ {name}: {why}", flush=True)
