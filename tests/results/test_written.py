"""Answers in words: judged by what they read like, counted like any other; essays stand outside what keys count."""

import random
from collections.abc import Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models import F

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Contest
from backend.core.rules.essays import Essay
from backend.core.scoring import POINTS_PER_ITEM
from backend.questions.models import QuestionVersion
from backend.results.enums import ChangeKind
from backend.results.errors import RegradeRefused
from backend.results.marking import mark_sheets, read_sheets
from backend.results.models import EssayMark, Result
from backend.results.queries import differences, review_items
from backend.results.scoring import score_attempts
from backend.results.services import ChangePlan
from backend.standings.queries import board_of, list_lines
from backend.standings.services import rebuild_standings
from tests.factories import NOON, make_contest, make_essay, make_person, make_question, make_short_text, make_unit
from tests.results.sitting import apply, assert_exact, compute, propose

pytestmark = pytest.mark.django_db
# Signs that separate places in a sheet, hex digits, quotes, what reads like nothing, what is too long.
SAID = (
    " Năm  2030. ", "NĂM 2030", "na\u0306m 2030", "năm 2031", "nam 2030", "", "...", "a|b=c", "[7, []]=t32", "{1}", "t",
    "“năm 2030”", "năm 2030" + " " * 200, "Hà Nội\n", "x" * 201, "😀", "%s", "ab", "2030",
)  # fmt: skip
RIGHT = {0, 1, 2, 11, 13}
WORDS = {"kinds": ("single", "multiple", "short_text"), "prediction": None, "ranking": ("score", "earliest")}
ESSAY = Essay(count=1, points=10, markers=2)


def _contest(*, scoring: str = "all_or_nothing", essay: bool = False) -> Contest:
    pool = [make_question(key=(2,)), make_question(key=(1, 3)), make_short_text("năm 2030", "Hà Nội")]
    rules: dict[str, Any] = {**WORDS, "paper": "fixed", "scoring": scoring}
    if essay:
        pool.insert(1, make_essay())
        rules["essay"] = ESSAY
    return make_contest(pool=pool, pool_size=0, rules=rules)


def _sit(contest: Contest, answers: Mapping[int, Any], *, person: Person | None = None) -> Attempt:
    """Play an attempt: by place, options of the question or what is written."""
    one = contest.rounds.get()
    attempt = start_attempt(person=person or make_person(territory=make_unit()), round=one, now=NOON)[0]
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            round=one,
            item=place,
            seq=place,
            choice=[]
            if isinstance(given, str)
            else sorted(attempt.paper[place - 1][1].index(option) + 1 for option in given),
            text=given if isinstance(given, str) else None,
            received_at=NOON,
        )
        for place, given in answers.items()
    )
    return submit_attempt(attempt=attempt, prediction=None, received_at=NOON + timedelta(seconds=90))


def _worth(attempt: Attempt, key_version: int = 1) -> tuple[int, int, bool, int | None]:
    result = Result.objects.get(attempt=attempt, key_version=key_version)
    return result.correct_count, result.item_count, result.is_all_correct, result.points


@pytest.mark.parametrize("scoring", ["all_or_nothing", "proportional"])
@pytest.mark.parametrize("essay", [False, True])
def test_both_ways_of_marking_agree_on_whatever_was_written(scoring: str, *, essay: bool) -> None:
    rng = random.Random(7)
    contest = _contest(scoring=scoring, essay=essay)
    for text in (*SAID, None):
        chosen = {place: rng.sample(range(1, 5), rng.choice((1, 1, 2))) for place in (1, 2)}
        _sit(contest, {**chosen, **({} if text is None else {3: text, **({4: text * 300} if essay else {})})})
    asked = contest.rounds.get().pool.get(version__kind="short_text").version
    apply(compute(propose(contest, ChangePlan(asked, ChangeKind.CORRECT_KEY, texts=("nam 2030",)))))
    attempts = list(Attempt.objects.order_by("pk"))

    sheets = read_sheets([attempt.pk for attempt in attempts])

    for number in (1, 2):
        scored = score_attempts(attempts, contest_id=contest.pk, key_version=number)
        marked = mark_sheets(sheets, contest_id=contest.pk, key_version=number)
        assert marked == [(each.score.correct_count, each.points, 3) for each in scored]
        assert {each.points is None for each in scored} == {scoring == "all_or_nothing" and not essay}
    assert_exact()


def test_a_text_is_right_where_it_reads_like_an_accepted_one() -> None:
    contest = _contest()

    worth = [_worth(_sit(contest, {1: [2], 2: [1, 3], 3: text})) for text in SAID]

    assert worth == [(3, 3, True, None) if place in RIGHT else (2, 3, False, None) for place in range(len(SAID))]


def test_an_essay_is_outside_what_is_counted_and_worth_nothing_before_it_is_marked() -> None:
    contest = _contest(essay=True)

    whole = _sit(contest, {1: [2], 2: [3, 1], 3: "2030", 4: "Hà Nội " * 700})
    right = _sit(contest, {1: [2], 2: [3, 1], 3: "hà nội"})

    assert [kind for _, kind in sorted(_kinds(contest, whole).items())] == ["single", "multiple", "short_text", "essay"]
    assert _worth(whole) == (2, 3, False, 2 * POINTS_PER_ITEM)
    assert _worth(right) == (3, 3, True, 3 * POINTS_PER_ITEM)
    assert_exact()


def test_with_essays_the_board_goes_by_points_and_the_best_attempt_is_that_of_most_points() -> None:
    contest = _contest(essay=True)
    one, ahead, behind = contest.rounds.get(), make_person(territory=make_unit()), make_person(territory=make_unit())
    first = _sit(contest, {1: [2], 4: "Một ý tưởng"}, person=ahead)
    second = _sit(contest, {1: [2], 2: [1, 3]}, person=ahead)
    other = _sit(contest, {1: [2], 2: [1, 3], 3: "2030"}, person=behind)

    # As if people had marked the first one.
    Result.objects.filter(attempt=first).update(points=F("points") + 9 * POINTS_PER_ITEM)
    rebuild_standings(apply=True)

    lines = list_lines(board_of(one, final=False), limit=9).lines
    assert [(line.person_id, line.correct_count, line.points) for line in lines] == [
        (ahead.pk, 1, 10 * POINTS_PER_ITEM),
        (behind.pk, 2, 2 * POINTS_PER_ITEM),
    ]
    assert [_worth(attempt)[3] for attempt in (second, other)] == [2 * POINTS_PER_ITEM] * 2
    assert list(differences()) == [f"{first}: points is 8400, should be 840"]


def test_the_check_names_a_text_that_was_scored_wrongly() -> None:
    contest = _contest(essay=True)
    attempt = _sit(contest, {3: "hà nội", 4: "Một bài viết"})
    Result.objects.update(item_count=4, points=840 + 420)

    assert list(differences()) == [f"{attempt}: points is 1260, should be 840; item_count is 4, should be 3"]


def test_a_corrected_an_accepted_and_a_dropped_text_move_every_result() -> None:
    contest = _contest(scoring="proportional", essay=True)
    asked = contest.rounds.get().pool.get(version__kind="short_text").version
    said = ["năm 2030", "NAM 2030!", "2045", ""]
    attempts = [_sit(contest, {1: [2], 3: text, 4: "Bài viết"}) for text in said]
    silent = _sit(contest, {1: [2]})

    def right(key_version: int) -> list[int]:
        worths = [_worth(one, key_version) for one in [*attempts, silent]]
        assert [points for _, _, _, points in worths] == [840 * count for count, *_ in worths]
        return [count - 1 for count, *_ in worths]

    assert right(1) == [1, 0, 0, 0, 0]
    apply(compute(propose(contest, ChangePlan(asked, ChangeKind.CORRECT_KEY, texts=("Nam 2030",)))))
    assert right(2) == [0, 1, 0, 0, 0]
    several = ChangePlan(asked, ChangeKind.ACCEPT_SEVERAL, texts=("năm 2030", "2045"))
    apply(compute(propose(contest, several)))
    assert right(3) == [1, 0, 1, 0, 0]
    apply(compute(propose(contest, ChangePlan(asked, ChangeKind.DROP_QUESTION))))
    assert right(4) == [1, 1, 1, 1, 1]
    apply(compute(propose(contest, ChangePlan(asked, ChangeKind.CORRECT_KEY, texts=("2045",)))))
    assert right(5) == [0, 0, 1, 0, 0]
    assert_exact()


def test_an_invisible_character_makes_no_answer_wrong_and_no_right_text_unacceptable() -> None:
    contest = _contest()
    asked = contest.rounds.get().pool.get(version__kind="short_text").version
    attempts = [
        _sit(contest, {3: text}) for text in ("\ufeffnăm\u200b 20\u00ad30", "Ð\u1ed3ng\u200b \u2060 Tháp\u200c")
    ]

    assert [_worth(one)[0] for one in attempts] == [1, 0]

    set_ = propose(
        contest,
        ChangePlan(
            asked, ChangeKind.ACCEPT_SEVERAL, texts=("năm 2030", "\u200b \u0110\u1ed3ng\u200b \u2060 Tháp\u200c")
        ),
    )
    assert set_.changes.get().keys == [["năm 2030"], ["\u0110\u1ed3ng Tháp"]]
    apply(compute(set_))
    assert [_worth(one, 2)[0] for one in attempts] == [1, 1]


REFUSED = "Đáp án phải có chữ hoặc số, dài nhất 200 ký tự."


def test_a_corrected_text_is_one_and_several_are_two_or_more_that_read_differently() -> None:
    contest = _contest(essay=True)
    by_kind = {one.version.kind: one.version for one in contest.rounds.get().pool.all()}
    asked, single, essay = by_kind["short_text"], by_kind["single"], by_kind["essay"]
    kind = ChangeKind

    def refused(version: QuestionVersion, *plan: Any, **fields: Any) -> dict[str, str]:
        with pytest.raises(RegradeRefused) as refusal:
            propose(contest, ChangePlan(version, *plan, **fields))
        return {name.removeprefix("changes.0."): text for name, text in refusal.value.fields.items()}

    assert [
        refused(asked, kind.CORRECT_KEY),
        refused(asked, kind.CORRECT_KEY, texts=("2030", "2031")),
        refused(asked, kind.ACCEPT_SEVERAL, texts=("2030",)),
        refused(asked, kind.ACCEPT_SEVERAL, texts=("Năm 2031", " năm  2031.")),
        refused(asked, kind.ACCEPT_SEVERAL, texts=("HÀ NỘI", "Năm 2030.")),
        refused(asked, kind.CORRECT_KEY, texts=("...",)),
        refused(asked, kind.CORRECT_KEY, texts=("x" * 201,)),
        refused(asked, kind.CORRECT_KEY, texts=("a\x07b",)),
        refused(asked, kind.ACCEPT_SEVERAL, texts=tuple(str(number) for number in range(11))),
        refused(asked, kind.CORRECT_KEY, (frozenset({1}),)),
        refused(asked, kind.DROP_QUESTION, texts=("2030",)),
        refused(single, kind.CORRECT_KEY, texts=("2030",)),
        refused(essay, kind.DROP_QUESTION),
        refused(essay, kind.CORRECT_KEY, texts=("2030",)),
    ] == [
        {"keys": "Nêu đúng một đáp án mới."},
        {"keys": "Nêu đúng một đáp án mới."},
        {"keys": "Nêu từ hai đáp án khác nhau trở lên."},
        {"keys": "Nêu từ hai đáp án khác nhau trở lên."},
        {"keys": "Đáp án này đang áp dụng rồi."},
        {"keys": REFUSED},
        {"keys": REFUSED},
        {"keys": REFUSED},
        {"keys": "Nêu nhiều nhất 10 đáp án."},
        {"keys": "Câu này trả lời bằng chữ: nêu đáp án bằng chữ."},
        {"keys": "Câu bị bỏ thì không nêu đáp án."},
        {"keys": "Đáp án phải là phương án có trong câu hỏi."},
        {"question": "Câu tự luận không có đáp án. Chấm lại bài rồi đưa điểm vào."},
        {"question": "Câu tự luận không có đáp án. Chấm lại bài rồi đưa điểm vào."},
    ]
    made = propose(contest, ChangePlan(asked, kind.ACCEPT_SEVERAL, texts=(" Năm  2031 ", "2031")))
    assert [one.keys for one in made.changes.all()] == [[["Năm 2031"], ["2031"]]]


def test_after_the_release_own_text_and_right_texts_are_shown_and_nothing_before() -> None:
    contest = _contest(essay=True)
    attempt = _sit(contest, {1: [2], 3: " hà  nội!", 4: "Một bài\nviết"})
    right = _sit(contest, {})
    closes_at = contest.rounds.get().closes_at
    markers = enumerate((make_person(), make_person()), start=1)
    for (turn, marker), (one, version) in product(markers, ((attempt, 1), (right, 2))):
        EssayMark.objects.create(
            contest=contest, attempt=one, item=4, turn=turn, marker=marker, points=6300, at=NOON,
            from_key_version=version,
        )  # fmt: skip
    words = ("item", "kind", "text", "accepted", "is_correct", "points")

    assert review_items(attempt, now=closes_at) is None
    shown, empty = (
        [{name: one[name] for name in words} for one in review_items(each, now=closes_at + timedelta(minutes=1)) or ()]
        for each in (attempt, right)
    )

    def place(item: int, kind: str, text: str | None, accepted: list[str], is_correct: bool | None) -> dict[str, Any]:
        points = 6300 if item == 4 else None
        return dict(zip(words, (item, kind, text, accepted, is_correct, points), strict=True))

    texts = ["năm 2030", "Hà Nội"]
    assert shown == [
        place(1, "single", None, [], True),
        place(2, "multiple", None, [], False),
        place(3, "short_text", " hà  nội!", texts, True),
        place(4, "essay", "Một bài\nviết", [], None),
    ]
    assert [one["text"] for one in empty] == [None, None, "", ""]
    reviewed = review_items(attempt, now=closes_at + timedelta(minutes=1)) or []
    assert [bool(one["explanation"]) for one in reviewed] == [True, True, True, False]
    # Marks of a set that is not in force are nobody's.
    assert [one["points"] for one in empty] == [None] * 4


def _kinds(contest: Contest, attempt: Attempt) -> dict[int, str]:
    kinds = dict(contest.rounds.get().pool.values_list("version_id", "version__kind"))
    return {place: kinds[version_id] for place, (version_id, _) in enumerate(attempt.paper, start=1)}
