"""Twelve real contests, each as data, each played: what is let in, what counts, who ranks where, whose prize it is."""

from pathlib import Path
from typing import Any

import pytest

from backend.core.rulebook import Rulebook
from backend.core.rules.essays import Essay
from backend.core.rules.playing import Played, play
from backend.core.rules.prizes import Turnout, award_units
from backend.core.rules.registry import UNIT_MEASURES
from tests.contests.announced import FIXTURES, HANOI, paper_of, read_fixture, sitting_of


def _told(played: Played, wanted: dict[str, Any]) -> dict[str, Any]:
    """Say what became of a round in the words of the fixture, as far as it speaks of it."""
    names = {entry.entry_id: name for name, entry in played.counted.items()}
    told = {
        "counted": {name: entry.entry_id for name, entry in played.counted.items()},
        "places": {names[placing.entry_id]: placing.rank for placing in played.placings},
        "actual": played.actual,
        "distances": dict(played.distances),
        "awards": [
            [one.prize, [names[int(i)] for i in one.to], [names[int(i)] for i in one.undecided]]
            for one in played.awards
        ],
        "used_ms": {name: played.counted[name].used_ms for name in wanted.get("used_ms", ())},
    }
    return {name: told[name] for name in wanted}


def test_there_are_twelve() -> None:
    assert len(FIXTURES) == 12


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_real_contest_is_played_as_its_rules_say(path: Path) -> None:
    plan, script = read_fixture(path)
    paper, expect = paper_of(plan), script["expect"]

    result = play(plan, [sitting_of(line, paper) for line in script["play"]], paper=paper, zone=HANOI)

    assert [[one.sitting.player.name, one.reason, one.span] for one in result.refused] == expect["refused"]
    assert {number: _told(result.rounds[number], wanted) for number, wanted in expect["rounds"].items()} == expect[
        "rounds"
    ]
    played_elsewhere = {number for number, one in result.rounds.items() if one.entries} - expect["rounds"].keys()
    assert played_elsewhere == set()
    awards = award_units(plan.rulebook.prizes, [Turnout(*unit) for unit in script["units"]], UNIT_MEASURES)
    if "unit_awards" in expect:
        assert [[one.prize, list(one.to), list(one.undecided)] for one in awards] == expect["unit_awards"]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_real_contest_is_stored_printed_and_hashed(path: Path) -> None:
    rules = read_fixture(path)[0].rulebook

    again = Rulebook.from_json(rules.to_json())

    assert (again, again.fingerprint()) == (rules, rules.fingerprint())
    assert len(rules.lines()) == len(rules.lines("en"))
    assert all(line.endswith((".", "?", ")")) and "{" not in line for line in rules.lines() + rules.lines("en"))


def test_the_twelve_have_twelve_hashes() -> None:
    assert len({read_fixture(path)[0].rulebook.fingerprint() for path in FIXTURES}) == 12


def test_words_and_essays_are_among_what_the_twelve_ask() -> None:
    rules = {path.stem: read_fixture(path)[0].rulebook for path in FIXTURES}

    assert {name for name, one in rules.items() if "short_text" in one.kinds} == {"hn-dvc-2019"}
    assert {name: one.essay for name, one in rules.items() if one.essay} == {"hn-dh18-2025": Essay(1, 10, 2)}
    assert {name: one.outside for name, one in rules.items() if one.outside} == {
        "bacgiang-vneid-2024": ("Đăng nhập bằng tài khoản VNeID mức 2",),
        "hn-nq15-2022": ("Vòng chung khảo cấp quận",),
        "moj-baucu-2021": ("Giấy chứng nhận do ban tổ chức ký",),
    }
