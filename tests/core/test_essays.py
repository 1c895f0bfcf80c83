"""Essays and written answers as rules: printed, hashed where they are used alone, contradictions named."""

from typing import Any

import pytest

from backend.core.drawing import Candidate, Cell, PaperItem, arrange, draw, shortages
from backend.core.rulebook import Rulebook
from backend.core.rules.essays import Essay
from backend.core.rules.papers import DRAWN, FIXED

BLUEPRINT = (Cell("kinh-te", 1, 2), Cell("van-hoa", None, 2), Cell("kinh-te", 2, 1))
CLOSED = [
    *(Candidate(number, "kinh-te", 1 + number % 3, 4) for number in range(1, 13)),
    *(Candidate(20 + number, "van-hoa", 1 + number % 2, 2 + number % 3) for number in range(8)),
]
ESSAYS = [Candidate(number, "kinh-te", 1, 0, is_essay=True) for number in (5_000, 0, 5_001)]
# As papers were drawn before there were essays: a seed is stored with every attempt.
DRAWN_BEFORE = (
    PaperItem(3, (3, 4, 2, 1)),
    PaperItem(4, (2, 4, 1, 3)),
    PaperItem(21, (3, 2, 1)),
    PaperItem(25, (2, 3, 4, 1)),
    PaperItem(12, (1, 4, 3, 2)),
)


def _rules(**rules: Any) -> Rulebook:
    return Rulebook(**{"prediction": None, "ranking": ("score", "earliest"), **rules})


def test_a_seed_draws_the_questions_it_drew_before_there_were_essays() -> None:
    pools = (CLOSED, CLOSED + ESSAYS, ESSAYS + CLOSED)

    assert {draw(seed=20261128, blueprint=BLUEPRINT, candidates=pool) for pool in pools} == {DRAWN_BEFORE}
    assert arrange(seed=20261128, candidates=CLOSED[:2]) == (PaperItem(1, (1, 4, 3, 2)), PaperItem(2, (3, 1, 2, 4)))


def test_essays_close_a_drawn_paper_and_each_is_drawn_once() -> None:
    papers = {
        DRAWN.compose(seed, BLUEPRINT, pool, 2) for seed in range(40) for pool in (CLOSED + ESSAYS, ESSAYS + CLOSED)
    }

    assert len(papers) == 40
    assert {paper[:5] for paper in papers} == {
        draw(seed=seed, blueprint=BLUEPRINT, candidates=CLOSED) for seed in range(40)
    }
    ends = {tuple((one.version_id, one.order) for one in paper[5:]) for paper in papers}
    every = [(one.version_id, ()) for one in ESSAYS]
    assert ends == {(one, other) for one in every for other in every if one != other}
    assert DRAWN.compose(20261128, BLUEPRINT, CLOSED + ESSAYS, 1)[:5] == DRAWN_BEFORE


def test_a_fixed_set_asks_its_essays_last_and_in_order() -> None:
    pool = [ESSAYS[0], *CLOSED[:3], *ESSAYS[1:]]

    papers = {FIXED.compose(seed, (), pool, 3) for seed in range(30)}

    assert {tuple(item.version_id for item in paper) for paper in papers} == {(1, 2, 3, 5_000, 0, 5_001)}
    assert {paper[:3] for paper in papers} == {arrange(seed=seed, candidates=CLOSED[:3]) for seed in range(30)}


def test_no_cell_takes_an_essay_and_too_few_of_them_are_named() -> None:
    cell = Cell(None, None, 1)

    assert not any(cell.takes(one) for one in ESSAYS)
    assert [one.available for one in shortages([cell], ESSAYS)] == [0]
    with pytest.raises(ValueError, match="2 essays are wanted, there are 1"):
        draw(seed=1, blueprint=BLUEPRINT, candidates=CLOSED + ESSAYS[:1], essay_count=2)
    for wanted in (0, 2):
        with pytest.raises(ValueError, match=f"{wanted} essays are wanted, the set has 1"):
            arrange(seed=1, candidates=CLOSED + ESSAYS[:1], essay_count=wanted)


def test_a_rulebook_with_essays_and_short_texts_says_how_they_count() -> None:
    rules = _rules(kinds=("single", "short_text"), essay=Essay(count=1, points=10, markers=2))

    assert rules.lines()[:6] == [
        "Mỗi lượt thi có 20 câu hỏi, bốc ngẫu nhiên từ ngân hàng câu hỏi.",
        "Dạng câu hỏi: một phương án đúng, điền câu trả lời (đúng khi trùng một đáp án; không phân biệt chữ hoa, chữ "
        "thường, không tính khoảng trắng thừa và dấu câu ở hai đầu; có phân biệt dấu tiếng Việt).",
        "Câu chọn đúng và đủ theo đáp án mới được tính là đúng.",
        "Cuối mỗi đề có thêm 1 câu tự luận, mỗi câu được chấm từ 0 đến 10 điểm, lẻ đến 0,25 (mỗi câu đúng ở phần trên "
        "được 1 điểm); mỗi bài do hai người chấm riêng, không thấy tên người viết, lấy điểm trung bình; lệch nhau quá "
        "một phần tư mức cao nhất thì lấy điểm của người thứ ba.",
        "Điểm tự luận vào tổng điểm và xếp hạng khi ban tổ chức công bố, trước đó tính là 0 điểm; số câu đúng và số "
        "người đúng hết chỉ tính các câu có đáp án.",
        "Thời gian làm bài 15 phút; đồng hồ chạy khi đề hiện ra.",
    ]
    assert "lượt nhiều điểm nhất được tính" in rules.lines()[6]
    assert rules.lines("en")[1:7] == [
        "Questions have one right option, a short answer to be written (right where it is one of the accepted ones; "
        "letter case, extra spaces and signs around it do not count, Vietnamese diacritics do).",
        "A question counts as right where exactly its key was chosen.",
        "Every paper ends with 1 more to be answered in an essay, each marked from 0 to 10 points in steps of 0.25 (a "
        "right answer above is worth 1 point); two people mark each apart, without seeing the writer's name, and the "
        "mean counts; where they are further apart than a quarter of the most, a third person's mark does.",
        "These marks enter score and ranking when the organizers have published them and are worth 0 points before; "
        "right answers and people with every answer right are of the questions with a key.",
        "The time is 15 minutes; the clock starts when the paper appears.",
        "At most 2 attempts a round; the attempt with the most points counts, the earlier one where two are equal.",
    ]
    assert "one person marks each, without" in _rules(essay=Essay(2, 5)).lines("en")[3]
    assert "mỗi bài do một người chấm, không" in _rules(essay=Essay(2, 5)).lines()[3]


def test_essays_are_stored_with_the_rules_and_points_are_kept_for_them() -> None:
    rules = _rules(essay=Essay(count=2, points=5, markers=1))

    assert rules.to_json()["essay"] == {"count": 2, "points": 5, "markers": 1}
    assert Rulebook.from_json(rules.to_json()) == rules
    assert (rules.essay_count, rules.has_points) == (2, True)
    assert (_rules().essay_count, _rules().has_points, "essay" in _rules().to_json()) == (0, False, False)
    assert rules.fingerprint() != _rules().fingerprint()


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"essay": Essay(1, 10), "ranking": ("correct", "earliest")}, r"ranking \(not by the score"),
        ({"essay": Essay(0, 10)}, r"essay \(count: 0 is not from 1 to 5\)"),
        ({"essay": Essay(6, 10)}, r"essay \(count: 6"),
        ({"essay": Essay(1, 101)}, r"essay \(points: 101"),
        ({"essay": Essay(1, 10, 3)}, r"essay \(markers: 3"),
        ({"essay": Essay(1, True)}, r"essay \(points: True"),
        ({"essay": 1}, r"essay \(not an essay's rule\)"),
        ({"kinds": ("single", "essay")}, "kinds.*'essay'"),
        ({"kinds": ("single", "long_text")}, "kinds.*'long_text'"),
    ],
)
def test_essays_that_cannot_be_are_refused_by_name(rules: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        _rules(**rules)


@pytest.mark.parametrize("essay", [{"count": 1}, {"count": 1, "points": 10, "colour": "red"}])
def test_an_essay_that_is_not_whole_is_refused(essay: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"points|colour"):
        Rulebook.from_json({"ranking": ["score"], "essay": essay})
