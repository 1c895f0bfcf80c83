"""The README's pictures: few, small, WebP, drawn down by the browser itself."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.e2e.browser import DESK, PHONE, visit
from tests.e2e.scene import Scene
from tests.screens import citizen, staff

MOST_BYTES = 60_000
ENCODE = """
  async ([png, width, quality]) => {
    const picture = await createImageBitmap(await (await fetch(png)).blob());
    const canvas = new OffscreenCanvas(width, Math.round(picture.height * width / picture.width));
    const brush = canvas.getContext('2d');
    brush.imageSmoothingQuality = 'high';
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(''));
  }
"""


@dataclass(frozen=True, slots=True)
class Small:
    """One picture, taken at `scale` device pixels a CSS pixel and drawn down to `width`."""

    name: str
    who: str
    path: str
    act: Callable[[Page], None]
    size: ViewportSize
    width: int
    scale: int = 1


SMALL = [
    Small("exam", "citizen", "/thi/{attempt}", citizen.answered, PHONE, 540, scale=2),
    Small("board", "board", "/quan-tri/tham-gia", staff.picked_tile, DESK, 1280),
    Small("editor", "organizer", "/quan-tri/cau-hoi/moi", staff.on_a_clause, DESK, 1280),
]


def take_small(browser: Browser, scene: Scene, folder: Path) -> None:
    """Write each below 60 KB, giving up fineness where it must."""
    folder.mkdir(parents=True, exist_ok=True)
    studio = browser.new_page()
    for one in SMALL:
        person = scene.people[one.who]
        # The same person on a sharper screen.
        device = visit(
            browser,
            person.url,
            viewport=one.size,
            device_scale_factor=one.scale,
            storage_state=person.context.storage_state(),
            service_workers="block",
        )
        page = device.page()
        page.goto(person.url + one.path.format(**scene.addresses))
        one.act(page)
        page.evaluate("document.fonts.ready.then(() => true)")
        png = f"data:image/png;base64,{base64.b64encode(page.screenshot()).decode()}"
        device.context.close()
        for quality in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
            encoded = base64.b64decode(studio.evaluate(ENCODE, [png, one.width, quality]))
            if len(encoded) <= MOST_BYTES:
                break
        (folder / f"{one.name}.webp").write_bytes(encoded)
        print(f"    {one.name}.webp {len(encoded)} bytes at {quality}", flush=True)
    studio.close()
