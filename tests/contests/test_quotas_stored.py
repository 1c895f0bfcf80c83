"""A contest with quotas, played by the pure rules and stored: every paper holds exactly what the rules say."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import Client

from backend.attempts.models import Attempt, PreparedPaper
from backend.attempts.services import build_papers
from backend.contests.errors import RoundUnfillable, RulebookUnfit
from backend.contests.models import Contest, Round
from backend.contests.queries import blueprint_of, candidates_of_round, plan_of
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.drawing import Cell
from backend.core.rulebook import Rulebook
from backend.core.rules.plans import read_plan
from backend.core.rules.playing import play
from backend.core.rules.quotas import Quota
from backend.core.rules.sampling import sample_paper, sample_sittings
from backend.questions.models import Topic
from tests.contests.announced import HANOI, paper_of, sitting_of
from tests.contests.test_real_contests_stored import Stage, expected, stored
from tests.factories import make_contest, make_question

PLAN = read_plan(
    {
        "title": "Tìm hiểu nghị quyết, đề theo mức độ",
        "rounds": [
            {"opens": "2026-03-02T08:00", "closes": "2026-03-08T23:00"},
            {"opens": "2026-03-09T08:00", "closes": "2026-03-15T23:00"},
        ],
        "rulebook": {
            "question_count": 15,
            "quotas": [{"count": 7, "difficulty": 1}, {"count": 3, "difficulty": 2}, {"count": 5, "difficulty": 3}],
        },
    },
    zone=HANOI,
)
RULES = PLAN.rulebook
SCRIPT = [
    {"who": "An", "at": "08:00 2/3/2026", "used_s": 200, "right": 15, "guess": "2"},
    {"who": "Bình", "at": "08:00 2/3/2026", "used_s": 300, "right": 14, "guess": "1"},
    {"who": "An", "at": "09:00 2/3/2026", "used_s": 100, "right": 15, "guess": "1"},
    {"who": "An", "at": "09:30 2/3/2026", "used_s": 100, "right": 15, "guess": "1"},
    {"who": "Chi", "at": "22:50 8/3/2026", "used_s": 1200, "right": 9},
    {"who": "Bình", "at": "08:00 9/3/2026", "used_s": 30, "right": 15, "guess": "1"},
    {"who": "An", "at": "23:00 15/3/2026", "used_s": 30, "right": 15, "guess": "1"},
]
WANTED = {1: 7, 2: 3, 3: 5}


def _bank(rounds: int = 2, **fewer: int) -> dict[int, int]:
    """Fill the bank for so many rounds, over two topics; return the difficulty of every version."""
    level: dict[int, int] = {}
    for difficulty, count in WANTED.items():
        for number in range(count * rounds - fewer.get(f"of_{difficulty}", 0)):
            topic = ("kinh-te", "van-hoa")[number % 2]
            level[make_question(topic=topic, difficulty=difficulty, key=(1 + number % 4,)).pk] = difficulty
    return level


def _lay_out(rules: Rulebook = RULES, **fields: Any) -> Contest:
    return lay_out_contest(
        key="theo-muc-do",
        title=PLAN.title,
        summary="",
        rulebook=rules,
        rounds=[RoundPlan(f"Đợt {one.number}", one.opens_at, one.closes_at) for one in PLAN.rounds],
        document_keys=["15-nq-tw-2022"],
        now=PLAN.rounds[0].opens_at - timedelta(days=1),
        **fields,
    )


@pytest.mark.django_db(transaction=True)
def test_every_paper_of_a_contest_holds_its_quotas_and_it_ends_as_the_pure_rules_say() -> None:
    level, paper = _bank(), paper_of(PLAN)
    sittings = [sitting_of(line, paper) for line in SCRIPT]
    contest = _lay_out()
    first, second = contest.rounds.all()
    build_papers(now=first.opens_at - timedelta(hours=1), ahead_count=2)
    ahead = [row.paper for row in PreparedPaper.objects.all()]
    stage = Stage(contest, sittings)

    async_to_sync(stage.play)()

    papers = ahead + [attempt.paper for attempt in Attempt.objects.all()]
    assert len(papers) == 2 + 5
    assert [Counter(level[version] for version, _ in one) for one in papers] == [WANTED] * 7
    assert all(len({version for version, _ in one}) == 15 for one in papers)
    pure = play(PLAN, sittings, paper=paper, zone=HANOI)
    assert plan_of(contest) == PLAN
    assert [one.reason for one in pure.refused] == ["limit", "not_open"]
    assert stage.refused == [(one.sitting.player.name, one.reason, one.span) for one in pure.refused]
    assert {one.number: stored(one, stage) for one in stage.rounds} == {
        number: expected(played, stage, []) for number, played in pure.rounds.items()
    }
    pools = [{one.version_id for one in candidates_of_round(round_.pk)} for round_ in (first, second)]
    assert [Counter(level[version] for version in pool) for pool in pools] == [WANTED, WANTED]
    assert not pools[0] & pools[1]


def test_a_sample_plays_through_rules_with_quotas() -> None:
    paper = sample_paper(RULES)
    sittings = sample_sittings(PLAN, count=200, paper=paper, seed=1)

    played = play(PLAN, sittings, paper=paper, zone=HANOI)

    assert len(paper) == 15
    assert sum(len(one.entries) for one in played.rounds.values()) + len(played.refused) == 200
    assert all(one.placings for one in played.rounds.values())


@pytest.mark.django_db
def test_rounds_take_their_blueprint_from_the_quotas() -> None:
    _bank()

    one = _lay_out(blueprint=RULES.cells).rounds.get(number=1)

    assert one.blueprint == [
        {"topic": None, "difficulty": 1, "count": 7},
        {"topic": None, "difficulty": 2, "count": 3},
        {"topic": None, "difficulty": 3, "count": 5},
    ]
    # Whatever a row says: the rules are obeyed.
    assert blueprint_of(Round(contest=one.contest, blueprint=[])) == RULES.cells


@pytest.mark.django_db
@pytest.mark.parametrize("blueprint", [(Cell(None, None, 15),), RULES.cells[::-1], RULES.cells[:2]])
def test_another_blueprint_than_the_quotas_is_refused(blueprint: tuple[Cell, ...]) -> None:
    _bank()

    with pytest.raises(RulebookUnfit) as refused:
        _lay_out(blueprint=blueprint)

    assert (refused.value.code, refused.value.extra) == (
        "rulebook_unfit",
        {"parts": "blueprint ≠ quotas"},
    )
    assert not Contest.objects.exists()


@pytest.mark.django_db
def test_a_bank_that_cannot_fill_a_quota_is_refused_before_anything_opens() -> None:
    _bank(rounds=1, of_1=1, of_3=2)

    with pytest.raises(RoundUnfillable) as refused:
        _lay_out()

    assert refused.value.code == "round_unfillable"
    assert [refused.value.sentence(language) for language in ("vi", "en")] == [
        "Ngân hàng chưa đủ câu hỏi đã duyệt cho đợt thi này: 7 câu dễ, mới có 6; 5 câu khó, mới có 3.",
        "The bank has too few approved questions for this round: 7 easy questions, only 6 so far; "
        "5 hard questions, only 3 so far.",
    ]
    assert not Contest.objects.exists()


@pytest.mark.django_db
def test_a_bank_that_cannot_fill_the_quota_of_a_topic_is_told_by_its_title() -> None:
    _bank(rounds=1)
    Topic.objects.filter(key="van-hoa").update(name_vi="Văn hóa")
    rules = Rulebook(question_count=20, quotas=(Quota(13, "van-hoa"), Quota(7, "kinh-te", 1)))

    with pytest.raises(RoundUnfillable) as refused:
        _lay_out(rules)

    assert refused.value.extra["shortages"] == "13 câu về “Văn hóa”, mới có 6; 7 câu dễ về “kinh-te”, mới có 4"


@pytest.mark.django_db
def test_a_preview_prints_quotas_in_either_language() -> None:
    make_question(topic="kinh-te")
    Topic.objects.filter(key="kinh-te").update(name_vi="Kinh tế", name_en="Economy")
    contest = make_contest(rules={"quotas": (Quota(1, topic="kinh-te", difficulty=1), Quota(2, difficulty=3))})
    told = {language: StringIO() for language in ("vi", "en")}

    for language, out in told.items():
        call_command("preview_rules", contest.key, "--language", language, stdout=out)

    assert [out.getvalue().splitlines()[2] for out in told.values()] == [
        "2. Cơ cấu mỗi đề: 1 câu dễ về “Kinh tế”, 2 câu khó.",
        "2. Each paper has 1 easy question on “Economy”, 2 hard questions.",
    ]


@pytest.mark.django_db
def test_quotas_are_on_the_page_of_the_rules_with_the_titles_of_topics() -> None:
    make_question(topic="kinh-te")
    Topic.objects.filter(key="kinh-te").update(name_vi="Kinh tế", name_en="Economy")
    quotas = (Quota(1, topic="kinh-te", difficulty=1), Quota(2, difficulty=3))
    contests = [make_contest(rules={"quotas": quotas}) for _ in range(3)]
    plain = make_contest()

    shown = {one["key"]: one for one in Client().get("/api/contests").json()["results"]}
    alone = Client().get(f"/api/contests/{contests[0].key}").json()

    line = "Cơ cấu mỗi đề: 1 câu dễ về “Kinh tế”, 2 câu khó."
    for told in (alone, *(shown[one.key] for one in contests)):
        assert told["rulebook_lines"][:2] == [
            "Mỗi lượt thi có 3 câu hỏi, bốc ngẫu nhiên từ ngân hàng câu hỏi.",
            line,
        ]
        assert told["rulebook_hash"] == Rulebook(question_count=3, quotas=quotas).fingerprint()
    assert shown[plain.key]["rulebook_lines"] == Rulebook(question_count=3).lines()
    assert shown[plain.key]["rulebook_hash"] == Rulebook(question_count=3).fingerprint()
