"""A contest is laid out as its rules say, or refused by the name of what does not fit."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from backend.attempts.services.pool import draw_paper
from backend.contests.errors import RoundUnfillable, RulebookUnfit
from backend.contests.models import Contest, RoundQuestion
from backend.contests.queries import (
    are_keys_released,
    candidates_of_round,
    is_result_shown,
    keys_released_at,
    plan_of,
    result_shown_at,
)
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.drawing import Cell
from backend.core.rulebook import Rulebook
from backend.core.rules.essays import Essay
from backend.core.rules.registry import ONE_OF, PREDICTIONS, SOME_OF, SPANS
from tests.factories import NOON, make_contest, make_essay, make_question, make_short_text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BLUEPRINT = (Cell("kinh-te", 1, 2),)
ROUNDS = tuple(
    RoundPlan(f"Đợt {week + 1}", NOON + timedelta(weeks=week), NOON + timedelta(weeks=week, days=6))
    for week in range(2)
)


def _lay_out(blueprint: tuple[Cell, ...] = BLUEPRINT, **rules: Any) -> Contest:
    return lay_out_contest(
        key="thu",
        title="Hội thi thử",
        summary="",
        rulebook=Rulebook(**{"question_count": 2, **rules}),
        blueprint=blueprint,
        rounds=ROUNDS,
        document_keys=["15-nq-tw-2022"],
        now=NOON,
    )


@pytest.mark.parametrize(
    ("rules", "blueprint", "named"),
    [
        ({"question_count": 3}, BLUEPRINT, "question_count: 3, blueprint: 2"),
        ({}, (Cell("kinh-te", 1, 1), Cell("kinh-te", None, 1)), "blueprint: kinh-te (*) x2"),
    ],
)
def test_a_blueprint_that_does_not_fit_the_rules_is_refused_by_name(
    rules: dict[str, Any], blueprint: tuple[Cell, ...], named: str
) -> None:
    with pytest.raises(RulebookUnfit) as refused:
        _lay_out(blueprint, **rules)

    assert refused.value.extra == {"parts": named}
    assert not Contest.objects.exists()


PARTS = [
    *((rule, name) for rule, parts in ONE_OF.items() for name in parts),
    *(("prediction", name) for name in PREDICTIONS),
    *((rule, (name,)) for rule, (parts, _) in SOME_OF.items() for name in parts),
    *((f"attempts_per_{name}", 3) for name in SPANS),
    ("minimum_age", 14),
]


@pytest.mark.parametrize(("rule", "value"), PARTS, ids=str)
def test_no_part_of_the_registry_is_refused(rule: str, value: Any) -> None:
    for index in range(4):
        make_question(key=(1, 2) if index % 2 else (1,))
        make_short_text("2030")
    # Keys may not come before the result.
    showing = {"keys_shown": "never"} if rule == "result_shown" else {}

    contest = _lay_out(**{"attempts_per_round": None, **showing, rule: value})

    assert getattr(plan_of(contest).rulebook, rule) == value


def test_a_fixed_set_is_one_paper_a_round_and_another_one_each() -> None:
    versions = [make_question(topic="kinh-te", difficulty=1).pk for _ in range(5)]

    contest = _lay_out(paper="fixed")

    sets = [[one.version_id for one in candidates_of_round(round_.pk)] for round_ in contest.rounds.all()]
    assert sets == [[versions[0], versions[2]], [versions[1], versions[3]]]


def test_only_the_kinds_of_the_rules_are_drawn() -> None:
    single = [make_question(key=(1,)).pk for _ in range(2)]
    make_question(key=(1, 2))

    _lay_out(kinds=("single",))

    assert set(RoundQuestion.objects.values_list("version_id", flat=True)) == set(single)


def test_words_are_wanted_only_where_the_rules_ask_for_them() -> None:
    single = [make_question(key=(1,)).pk for _ in range(2)]
    written = [make_short_text("2030").pk for _ in range(2)]
    essays = [make_essay().pk for _ in range(2)]

    def pool(key: str, **rules: Any) -> set[int]:
        contest = lay_out_contest(
            key=key, title="Hội thi thử", summary="", rulebook=Rulebook(question_count=1, **rules), rounds=ROUNDS[:1],
            blueprint=(Cell("kinh-te", 1, 1),), document_keys=["15-nq-tw-2022"], now=NOON,
        )  # fmt: skip
        return set(RoundQuestion.objects.filter(round__contest=contest).values_list("version_id", flat=True))

    essay = {"essay": Essay(1, 5), "ranking": ("score",)}
    assert pool("a") == {*single}
    assert pool("b", kinds=("single", "multiple", "short_text")) == {*single, *written}
    assert pool("c", kinds=("short_text",)) == {*written}
    assert pool("d", **essay) == {*single, *essays}
    assert pool("e", **essay, kinds=("short_text",)) == {*written, *essays}


def test_every_round_gets_its_essays_and_a_fixed_set_as_many_as_it_asks() -> None:
    versions = [make_question().pk for _ in range(4)]
    essays = [make_essay(topic="van-hoa", difficulty=3).pk for _ in range(5)]

    contest = _lay_out(essay=Essay(2, 5), ranking=("score",), paper="fixed")

    first, second = contest.rounds.all()
    assert [one.version_id for one in candidates_of_round(first.pk)] == [*versions[::2], essays[0], essays[2]]
    assert [one.version_id for one in candidates_of_round(second.pk)] == [*versions[1::2], essays[1], essays[3]]
    papers = [[version_id for version_id, _ in draw_paper(one).paper] for one in (first, second)]
    assert papers == [[*versions[::2], essays[0], essays[2]], [*versions[1::2], essays[1], essays[3]]]


def test_essays_too_few_for_all_rounds_are_shared_and_too_few_for_one_are_missed() -> None:
    for _ in range(2):
        make_question()
    essays = [make_essay().pk for _ in range(2)]

    shared = _lay_out(essay=Essay(2, 5), ranking=("score",))

    for one in shared.rounds.all():
        paper = [version_id for version_id, _ in draw_paper(one).paper]
        assert (len(paper), set(paper[2:])) == (4, set(essays))
    with pytest.raises(RoundUnfillable) as refused:
        lay_out_contest(
            key="thieu", title="Hội thi thử", summary="", rounds=ROUNDS, document_keys=["15-nq-tw-2022"], now=NOON,
            rulebook=Rulebook(question_count=3, essay=Essay(3, 5), ranking=("score",)),
            blueprint=(Cell("kinh-te", 1, 3),),
        )  # fmt: skip
    assert refused.value.extra == {
        "shortages": "3 câu dễ về “kinh-te”, mới có 2; 3 câu tự luận, mới có 2",
        "shortages_en": "3 easy questions on “kinh-te”, only 2 so far; 3 essay questions, only 2 so far",
    }


@pytest.mark.parametrize(
    ("keys_shown", "released"),
    [("after_round", [False, True, True]), ("after_contest", [False, False, True]), ("never", [False, False, False])],
)
def test_keys_are_released_when_the_rules_say(keys_shown: str, released: list[bool]) -> None:
    for _ in range(2):
        make_question()
    first = _lay_out(keys_shown=keys_shown).rounds.get(number=1)

    instants = [end + timedelta(seconds=3) for end in (NOON, first.closes_at, ROUNDS[1].closes_at)]

    assert [are_keys_released(first, now=now) for now in instants] == released
    told = {"after_round": first.closes_at, "after_contest": ROUNDS[1].closes_at, "never": None}
    assert keys_released_at(first) == told[keys_shown]


def test_rules_decide_about_keys_whatever_the_stored_instant() -> None:
    first = make_contest(rounds=2, rules={"keys_shown": "after_contest"}).rounds.get(number=1)
    last = first.contest.rounds.get(number=2)

    assert first.keys_release_at < last.closes_at
    assert not are_keys_released(first, now=last.closes_at)
    assert are_keys_released(first, now=last.closes_at + timedelta(seconds=3))


@pytest.mark.parametrize("change", [{"rulebook": {}}, {"rulebook_hash": "0" * 64}, {"frozen_at": None}])
def test_frozen_rules_cannot_be_changed_by_any_statement(change: dict[str, Any]) -> None:
    contest = make_contest()

    with pytest.raises(IntegrityError, match="was frozen"), transaction.atomic():
        Contest.objects.filter(pk=contest.pk).update(**change)

    Contest.objects.filter(pk=contest.pk).update(key_version=2, title="Tên khác")
    contest.refresh_from_db()
    assert (contest.key_version, contest.rulebook_hash) == (2, plan_of(contest).rulebook.fingerprint())


def test_rules_that_are_not_frozen_yet_can_be_changed_and_then_frozen() -> None:
    contest = Contest.objects.create(key="nhap", title="Nháp", rulebook=Rulebook().to_json(), rulebook_hash="")

    changed = Contest.objects.filter(pk=contest.pk).update(rulebook={"question_count": 5}, frozen_at=NOON)

    assert changed == 1


def test_results_are_shown_when_the_rules_say() -> None:
    rules = {"result_shown": "after_round", "keys_shown": "after_contest"}
    one = make_contest(rules=rules).rounds.get()
    at_once = make_contest().rounds.get()

    assert [is_result_shown(one, now=one.closes_at + timedelta(seconds=s)) for s in (2, 3)] == [False, True]
    assert result_shown_at(one, now=NOON) == one.closes_at + timedelta(seconds=2)
    assert is_result_shown(at_once, now=NOON)


def test_figures_over_a_contest_wait_for_every_round_that_has_begun() -> None:
    contest = make_contest(rounds=2, rules={"result_shown": "after_round"})
    first, second = contest.rounds.all()
    instants = [first.closes_at, first.closes_at + timedelta(hours=1), second.opens_at, second.closes_at + DAY]

    assert [is_result_shown(contest, now=now) for now in instants] == [False, True, False, True]


def test_results_of_the_first_round_may_wait_for_the_last() -> None:
    contest = make_contest(rounds=2, rules={"result_shown": "after_contest", "keys_shown": "after_contest"})
    first, second = contest.rounds.all()

    assert result_shown_at(first, now=first.closes_at + DAY) == second.closes_at + timedelta(seconds=2)
    assert is_result_shown(first, now=second.closes_at + DAY)


def test_the_preview_prints_rules_hash_and_a_sample() -> None:
    contest = make_contest(rounds=2)
    told = StringIO()

    call_command("preview_rules", contest.key, "--attempts", "30", stdout=told)

    again = StringIO()
    call_command("preview_rules", contest.key, "--attempts", "30", stdout=again)
    lines = told.getvalue().splitlines()
    assert told.getvalue() == again.getvalue()
    assert lines[0] == contest.title
    assert lines[1] == f"1. {plan_of(contest).rulebook.lines()[0]}"
    assert f"SHA-256 {contest.rulebook_hash}" in lines
    assert "Chạy thử 30 lượt (hạt giống 1)" in lines
    assert sum(line.startswith("Đợt ") for line in lines) == 2
    assert any(line.startswith("  hạng 1") for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "title: x",
        "title: {",
        'title: x\nrulebook: {scoring: curve}\nrounds: [{opens: "1/1/2026", closes: "2/1/2026"}]',
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text)

    with pytest.raises(CommandError, match=r"plan\.yaml"):
        call_command("preview_rules", "--file", str(file))


@pytest.mark.parametrize("arguments", [[], ["no-such-contest"], ["x", "--file", "y"], ["x", "--attempts", "-1"]])
def test_a_preview_of_nothing_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("preview_rules", *arguments)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "fixtures").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_real_contest_can_be_previewed(path: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(path.read_text(encoding="utf-8").partition("\nplay:")[0], encoding="utf-8")
    told = StringIO()

    call_command("preview_rules", "--file", str(plan), "--attempts", "200", "--language", "en", stdout=told)

    assert "hạng 1" in told.getvalue()
