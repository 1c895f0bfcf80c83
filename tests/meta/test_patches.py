"""No test stops the clock of the whole process: servers' event loops in other threads sleep by it, for hours then."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The module itself, by its own name or through another module. A stand-in for one module's own name `time` is the way.
STOPS_EVERYBODY = re.compile(
    r"""(?:setattr|patch(?:\.object)?)\(\s*"""
    r"""(?:(?:\w+\.)*(?:time|asyncio),\s*"|"(?:[\w.]+\.)?(?:time|asyncio)\.)(?:monotonic|sleep)"""
)


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('setattr(time, "monotonic", frozen)', True),
        ('setattr(marking.time, "monotonic", frozen)', True),
        ('setattr("backend.infra.hub.time.monotonic", frozen)', True),
        ('setattr(asyncio, "sleep", at_once)', True),
        ('mock.patch("backend.infra.hub.time.monotonic")', True),
        ('patch.object(time, "monotonic", frozen)', True),
        ('setattr(marking, "time", SimpleNamespace(monotonic=frozen))', False),
        ('setattr(announcing, "sleep", pause)', False),
    ],
)
def test_the_pattern_knows_the_modules_own_clock_from_a_name_of_ours(line: str, is_found: bool):
    assert bool(STOPS_EVERYBODY.search(line)) is is_found


def test_no_test_patches_the_clock_that_event_loops_sleep_by():
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__) and STOPS_EVERYBODY.search(path.read_text("utf-8"))
    ]

    assert found == []
