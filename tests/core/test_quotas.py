"""Quotas are a rule like the others: checked, printed in two languages, hashed, and obeyed by every draw."""

from collections import Counter
from typing import Any

import pytest

from backend.core.drawing import Candidate, Cell, overlaps
from backend.core.rulebook import Rulebook
from backend.core.rules.quotas import Quota

BY_DIFFICULTY = (Quota(7, difficulty=1), Quota(3, difficulty=2), Quota(5, difficulty=3))
BY_TOPIC = (
    Quota(1, topic="kinh-te", difficulty=1),
    Quota(4, topic="kinh-te", difficulty=3),
    Quota(10, topic="van-hoa"),
)
TITLES = {"kinh-te": "Kinh tế, tài chính", "van-hoa": "Văn hóa"}


def _rules(*quotas: Quota, **rules: Any) -> Rulebook:
    return Rulebook(question_count=15, quotas=quotas, **rules)


@pytest.mark.parametrize("quotas", [BY_DIFFICULTY, BY_TOPIC, (Quota(15),)])
def test_quotas_survive_json(quotas: tuple[Quota, ...]) -> None:
    rules = _rules(*quotas)

    assert Rulebook.from_json(rules.to_json()) == rules


def test_quotas_are_written_short_and_with_the_version() -> None:
    plain, rules = Rulebook(question_count=15).to_json(), _rules(*BY_TOPIC).to_json()

    assert rules == {
        **plain,
        "quotas": [
            {"count": 1, "topic": "kinh-te", "difficulty": 1},
            {"count": 4, "topic": "kinh-te", "difficulty": 3},
            {"count": 10, "topic": "van-hoa"},
        ],
        "version": 2,
    }


def test_rules_without_quotas_keep_their_form_and_their_hash() -> None:
    assert "quotas" not in Rulebook().to_json()
    assert Rulebook().fingerprint() == "9eef5e122b458542436103bc8a793a2760651004ef66db8bd8358c07e991774b"
    # As it was before there were quotas, with rules of the second version.
    assert Rulebook(attempts_per_day=1, paper="fixed").fingerprint() == (
        "f27ed5de3d0fa76631b83d3c7b13b9faa9a0df2a639fc3f97a92c0d9ea2c465b"
    )


def test_every_quota_is_in_the_hash() -> None:
    others = [
        (),
        (Quota(6, difficulty=1), Quota(4, difficulty=2), Quota(5, difficulty=3)),
        (Quota(7, difficulty=1), Quota(3, difficulty=3), Quota(5, difficulty=2)),
        (Quota(7, "kinh-te", 1), Quota(3, difficulty=2), Quota(5, difficulty=3)),
        (Quota(7, "van-hoa", 1), Quota(3, difficulty=2), Quota(5, difficulty=3)),
    ]

    assert len({_rules(*quotas).fingerprint() for quotas in (BY_DIFFICULTY, *others)}) == 6


@pytest.mark.parametrize(
    ("quotas", "line", "english"),
    [
        (
            BY_DIFFICULTY,
            "Cơ cấu mỗi đề: 7 câu dễ, 3 câu trung bình, 5 câu khó.",
            "Each paper has 7 easy questions, 3 medium questions, 5 hard questions.",
        ),
        (
            BY_TOPIC,
            "Cơ cấu mỗi đề: 5 câu về “Kinh tế, tài chính” (1 dễ, 4 khó), 10 câu về “Văn hóa”.",
            "Each paper has 5 questions on “Kinh tế, tài chính” (1 easy, 4 hard), 10 questions on “Văn hóa”.",
        ),
        (
            (Quota(1, "kinh-te", 1), Quota(10, "van-hoa"), Quota(4, "kinh-te", 3)),
            "Cơ cấu mỗi đề: 1 câu dễ về “Kinh tế, tài chính”, 10 câu về “Văn hóa”, 4 câu khó về “Kinh tế, tài chính”.",
            "Each paper has 1 easy question on “Kinh tế, tài chính”, 10 questions on “Văn hóa”, "
            "4 hard questions on “Kinh tế, tài chính”.",
        ),
        ((Quota(15),), "Cơ cấu mỗi đề: 15 câu bất kỳ.", "Each paper has 15 questions of any kind."),
        ((Quota(15, topic="moi"),), "Cơ cấu mỗi đề: 15 câu về “moi”.", "Each paper has 15 questions on “moi”."),
    ],
)
def test_quotas_are_printed_in_plain_words(quotas: tuple[Quota, ...], line: str, english: str) -> None:
    rules, plain = _rules(*quotas), Rulebook(question_count=15)

    for language, told in (("vi", line), ("en", english)):
        first, *rest = plain.lines(language)
        assert rules.lines(language, titles=TITLES) == [first, told, *rest]


@pytest.mark.parametrize(
    ("quotas", "named"),
    [
        ([Quota(15)], "not a list of quotas"),
        ((15,), "not a list of quotas"),
        (({"count": 15},), "not a list of quotas"),
        ((Quota(0), Quota(15, "a")), "0 questions: a number from 1"),
        ((Quota(-15),), "-15 questions: a number from 1"),
        ((Quota(True), Quota(14, "a")), "True questions: a number from 1"),
        ((Quota("15"),), "'15' questions: a number from 1"),  # type: ignore[arg-type]  # as a file may state it
        ((Quota(15, difficulty=0),), "no difficulty: 0"),
        ((Quota(15, difficulty=4),), "no difficulty: 4"),
        ((Quota(15, difficulty=True),), "no difficulty: True"),
        ((Quota(15, difficulty=[1]),), r"no difficulty: \[1\]"),  # type: ignore[arg-type]  # as a file may state it
        ((Quota(15, topic=""),), "no key of a topic: ''"),
        ((Quota(15, topic="a\n"),), "no key of a topic"),
        ((Quota(15, topic="x" * 41),), "no key of a topic"),
        ((Quota(15, topic=5),), "no key of a topic: 5"),  # type: ignore[arg-type]  # as a file may state it
        ((Quota(8, "a", 1), Quota(7, "a", 1)), r"a \(1\) could take a question that another quota takes"),
        ((Quota(8, "a"), Quota(7, None, 2)), r"\* \(2\) could take a question that another quota takes"),
        ((Quota(7, difficulty=1), Quota(7, difficulty=2)), "14 questions together, question_count is 15"),
        ((Quota(16),), "16 questions together, question_count is 15"),
    ],
)
def test_impossible_quotas_are_refused_by_name(quotas: Any, named: str) -> None:
    with pytest.raises(ValueError, match=rf"quotas \({named}"):
        Rulebook(question_count=15, quotas=quotas)


def test_a_fixed_paper_has_no_quotas() -> None:
    with pytest.raises(ValueError, match=r"quotas \(of a paper that is not drawn\)"):
        _rules(*BY_DIFFICULTY, paper="fixed")


@pytest.mark.parametrize("stated", [{"topic": "a"}, {"count": 15, "colour": "red"}])
def test_quotas_with_too_little_or_too_much_said_are_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"count|colour"):
        Rulebook.from_json({"question_count": 15, "quotas": [stated]})


@pytest.mark.parametrize(
    ("one", "other", "is_met"),
    [
        (Cell(None, None, 1), Cell("a", 1, 1), True),
        (Cell(None, 1, 1), Cell("a", 1, 1), True),
        (Cell(None, 1, 1), Cell("a", None, 1), True),
        (Cell(None, 1, 1), Cell(None, 1, 1), True),
        (Cell(None, 1, 1), Cell("a", 2, 1), False),
        (Cell(None, 1, 1), Cell(None, 2, 1), False),
        (Cell("a", None, 1), Cell("b", None, 1), False),
    ],
)
def test_cells_of_any_topic_meet_those_of_every_topic(one: Cell, other: Cell, is_met: bool) -> None:
    assert overlaps((one, other)) == ([other] if is_met else [])
    assert overlaps((other, one)) == ([one] if is_met else [])


def test_every_paper_holds_what_the_quotas_say() -> None:
    rules = _rules(*BY_DIFFICULTY)
    bank = [Candidate(number, f"t{number % 4}", 1 + number % 3, 4) for number in range(60)]
    level = {one.version_id: one.difficulty for one in bank}
    drawn = [rules.paper_rule.compose(seed, rules.cells, bank, 0) for seed in range(200)]

    assert {tuple(sorted(Counter(level[item.version_id] for item in paper).items())) for paper in drawn} == {
        ((1, 7), (2, 3), (3, 5))
    }
    assert all(len({item.version_id for item in paper}) == 15 for paper in drawn)
