"""Writes of the standings app: lines, editions, and what organizers do with boards."""

from backend.standings.services.boards import (
    confirm_publication,
    fill_editions,
    freeze_standings,
    propose_publication,
    publish_corrections,
    turn_boards,
    unfreeze_standings,
    withdraw_publication,
)
from backend.standings.services.building import build_ladders
from backend.standings.services.editions import edition_differences
from backend.standings.services.ladders import check_ladders, fold_rungs
from backend.standings.services.lines import (
    Rebuild,
    analyze_lines,
    correct_standings,
    forget_standings,
    rebuild_standings,
    record_standings,
)

__all__ = [
    "Rebuild",
    "analyze_lines",
    "build_ladders",
    "check_ladders",
    "confirm_publication",
    "correct_standings",
    "edition_differences",
    "fill_editions",
    "fold_rungs",
    "forget_standings",
    "freeze_standings",
    "propose_publication",
    "publish_corrections",
    "rebuild_standings",
    "record_standings",
    "turn_boards",
    "unfreeze_standings",
    "withdraw_publication",
]
