"""The twelve real contests as their fixtures announce them, with a few sittings of each."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from backend.core.rules.boundaries import opening
from backend.core.rules.plans import Plan, read_plan
from backend.core.rules.playing import Player, Sitting
from backend.core.scoring import POINTS_PER_ITEM, KeyedItem, WrittenItem

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.yaml"))


def read_fixture(path: Path) -> tuple[Plan, dict[str, Any]]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    script = {name: data.pop(name, []) for name in ("play", "expect", "units")}
    return read_plan(data, zone=HANOI), script


def paper_of(plan: Plan) -> list[KeyedItem | WrittenItem]:
    """Return the questions with a key; every fifth is answered in words where the rules allow it."""
    is_wordy = "short_text" in plan.rulebook.kinds
    return [
        WrittenItem(item, (f"năm {2000 + item}", str(2000 + item)))
        if is_wordy and item % 5 == 0
        else KeyedItem(item, (1, 2, 3, 4), frozenset({1 + item % 4}))
        for item in range(1, plan.rulebook.question_count + 1)
    ]


def sitting_of(line: dict[str, Any], paper: Sequence[KeyedItem | WrittenItem]) -> Sitting:
    born = date.fromisoformat(line["born"]) if "born" in line else None
    started_at = opening(line["at"], zone=HANOI)
    return Sitting(
        Player(line["who"], frozenset(line.get("roles", ())), born, line.get("identified", False)),
        started_at,
        started_at + timedelta(seconds=line["used_s"]),
        {
            item.item: f" {item.accepted[0].upper()}." if isinstance(item, WrittenItem) else sorted(item.key)
            for item in paper[: line["right"]]
        },
        line.get("guess"),
        round(line.get("essay", 0) * POINTS_PER_ITEM),
    )
