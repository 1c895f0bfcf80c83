"""Picture every page of every face: `python -m tests.screens DIR [--url URL] [--only PART] [--small DIR]`."""

import argparse
import os
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser import WAIT_MS, find_chromium, launch, visit
from tests.e2e.people import play, sign_up, start_attempt
from tests.e2e.scene import Scene, make_scene
from tests.screens import citizen, staff
from tests.screens.camera import Camera
from tests.screens.small import take_small


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 run.py screens", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    parser.add_argument("--url", default=os.environ.get("HOITHI_URL", ""), help="a running instance with the demo")
    parser.add_argument("--only", default="", help="only the pictures whose name holds this")
    parser.add_argument("--small", type=Path, help="also the few small pictures of the README, into this folder")
    return parser.parse_args()


def make_people(browser: Browser, url: str) -> Scene:
    """The scene of the browser tests, and those whom only pictures need. No worker: answers are held and refused."""
    scene = make_scene(browser, url, env=os.environ, service_workers="block")
    current = scene.addresses["open_round"]
    for name in ("fresh", "hurried", "newcomer", "english"):
        person = scene.people[name] = visit(browser, url, service_workers="block")
        sign_up(person, ward="" if name == "newcomer" else "cau giay", name="Trần Minh Quân")
    scene.addresses["finished"] = play(scene.people["hurried"], current, prediction=12)
    for name in ("fresh", "english"):
        scene.addresses[name] = start_attempt(scene.people[name], current)["uuid"]
    if os.environ.get("DATABASE_URL"):
        scene.addresses["hurried"] = start_attempt(scene.people["hurried"], current)["uuid"]
    return scene


def main() -> int:
    """Return 1 where a page could not be pictured, scrolls sideways, or threw."""
    arguments = read_arguments()
    path = find_chromium()
    if path is None or not arguments.url:
        print("Chromium and --url (or HOITHI_URL) are needed.", file=sys.stderr)
        return 2
    arguments.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=WAIT_MS)
    started = time.monotonic()
    camera = Camera(arguments.folder, only=arguments.only)
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        scene = make_people(browser, arguments.url)
        camera.shoot_all("citizen", citizen.VIEWS, scene)
        camera.shoot_all("wall", citizen.WALL, scene)
        camera.shoot_all("organizer", staff.ORGANIZER, scene)
        camera.shoot_all("board", staff.BOARD, scene)
        if arguments.small:
            take_small(browser, scene, arguments.small)
        for name, person in scene.people.items():
            camera.failures += [f"{name}: {error}" for error in person.errors if error.startswith("uncaught")]
        scene.close()
        browser.close()
    for failure in camera.failures:
        print(f"✗ {failure}")
    spent_s = time.monotonic() - started
    print(f"{camera.taken} pictures, {len(camera.failures)} failed, {len(camera.skipped)} left out, {spent_s:.0f} s")
    return int(bool(camera.failures))


if __name__ == "__main__":
    sys.exit(main())
