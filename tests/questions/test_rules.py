"""The rules of content, the state table, and who may do what."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from backend.questions import states as states_module
from backend.questions.checks import (
    can_approve,
    can_edit,
    can_return,
    can_submit,
    check_can_approve,
    check_can_submit,
)
from backend.questions.content import Cited, Content
from backend.questions.enums import VersionState
from backend.questions.errors import OwnQuestion, QuestionIncomplete, QuestionState
from backend.questions.rules import completeness_problems, text_problems
from backend.questions.states import NEXT, Move, after

TODAY = date(2026, 11, 18)
CONTENT = Content(
    topic="kinh-te",
    difficulty=1,
    kind="single",
    stem="Năm nào?",
    options=("2025", "2030", "2045"),
    key=(2,),
    explanation="Vì thế.",
    valid_as_of=TODAY,
    citations=(Cited("15-nq-tw-2022", "II.2", "đến năm 2030"),),
)
MULTIPLE = replace(CONTENT, kind="multiple", key=(1, 2))
SHORT = replace(CONTENT, kind="short_text", options=(), key=(), accepted=("Sông Hồng", "Hồng"))
ESSAY = replace(CONTENT, kind="essay", options=(), key=())


@pytest.mark.parametrize("content", [CONTENT, MULTIPLE, SHORT, ESSAY, replace(CONTENT, valid_as_of=None)])
def test_complete_content_has_no_problems(content):
    assert [*text_problems(content), *completeness_problems(content, today=TODAY)] == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (replace(CONTENT, key=()), ("key_options", "missing_key")),
        (replace(CONTENT, key=(4,)), ("key_options", "unknown_key_option")),
        (replace(CONTENT, key=(1, 2)), ("key_options", "key_count")),
        (replace(MULTIPLE, key=(1,)), ("key_options", "key_count")),
        (replace(MULTIPLE, key=(1, 2, 3)), ("key_options", "key_count")),
        (replace(CONTENT, options=("2025", "2030")), ("options", "option_count")),
        (replace(CONTENT, options=("Hòa Lạc", "Gia Lâm", "hoà  lạc.")), ("options.3", "duplicate_option")),
        (replace(CONTENT, options=("2025", "2030", " - ")), None),
        (replace(CONTENT, options=("5%", "+5%", "-5%")), None),
        (replace(CONTENT, options=("7,5", "75", "7.5")), None),
        (replace(CONTENT, options=("2025", "2030", " ")), ("options.3", "empty_option")),
        (replace(CONTENT, explanation=" "), ("explanation", "missing_explanation")),
        (replace(CONTENT, citations=()), ("citations", "missing_citation")),
        (replace(CONTENT, valid_as_of=date(2026, 11, 19)), ("valid_as_of", "future_date")),
        (replace(CONTENT, stem="Năm\nnào?"), ("stem", "control_character")),
        *(
            (replace(CONTENT, stem=f"Năm{sign} nào?"), ("stem", "control_character"))
            for sign in "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff"
        ),
        (replace(CONTENT, options=("2025", "2030", "20\u200b35")), ("options.3", "control_character")),
        (replace(CONTENT, explanation="Dòng một.\n\ufeffDòng hai."), ("explanation", "control_character")),
        (replace(SHORT, accepted=("Hồng", "Hà\u200b Nội")), ("accepted.2", "control_character")),
        (replace(CONTENT, stem="Na\u0306m nào?"), ("stem", "not_nfc")),
        (replace(CONTENT, stem="x" * 401), ("stem", "text_too_long")),
        (replace(CONTENT, explanation="Dòng một.\nDòng hai."), None),
        (replace(CONTENT, options=("2025", "2030", "x" * 161)), ("options.3", "text_too_long")),
        (replace(CONTENT, citations=(Cited("a", "b", "từ " * 16),)), ("citations.1", "quote_too_long")),
        (replace(CONTENT, citations=(Cited("a", "b"), Cited("a", "b", "c"))), ("citations", "duplicate_citation")),
        (replace(CONTENT, accepted=("2030",)), ("accepted", "foreign_accepted")),
        (replace(MULTIPLE, accepted=("2030",)), ("accepted", "foreign_accepted")),
        (replace(ESSAY, accepted=("2030",)), ("accepted", "foreign_accepted")),
        (replace(SHORT, options=CONTENT.options), ("options", "foreign_options")),
        (replace(SHORT, key=(2,)), ("key_options", "foreign_key")),
        (replace(ESSAY, options=CONTENT.options), ("options", "foreign_options")),
        (replace(ESSAY, key=(2,)), ("key_options", "foreign_key")),
        (replace(SHORT, accepted=()), ("accepted", "accepted_count")),
        (replace(SHORT, accepted=tuple(map(str, range(10)))), None),
        (replace(SHORT, accepted=tuple(map(str, range(11)))), ("accepted", "accepted_count")),
        (replace(SHORT, accepted=("Hồng", " ... ")), ("accepted.2", "empty_accepted")),
        (replace(SHORT, accepted=("Hòa Lạc", "Gia Lâm", "“HOÀ  lạc.”")), ("accepted.3", "duplicate_accepted")),
        (replace(SHORT, accepted=("bạc", "bắc", "bac", "7,5", "75")), None),
        (replace(SHORT, accepted=("x" * 200,)), None),
        (replace(SHORT, accepted=("Hồng", "x" * 201)), ("accepted.2", "text_too_long")),
        (replace(SHORT, accepted=("Hồng", "hai\ndòng")), ("accepted.2", "control_character")),
        (replace(SHORT, accepted=("Ho\u0302\u0300ng",)), ("accepted.1", "not_nfc")),
        (replace(SHORT, explanation=" "), ("explanation", "missing_explanation")),
        (replace(SHORT, citations=()), ("citations", "missing_citation")),
        (replace(ESSAY, explanation=""), ("explanation", "missing_explanation")),
        (replace(ESSAY, citations=()), ("citations", "missing_citation")),
    ],
)
def test_each_rule_names_its_field(content, problem):
    found = [(p.field, p.code) for p in [*text_problems(content), *completeness_problems(content, today=TODAY)]]

    assert found == ([problem] if problem else [])


def test_the_fingerprint_changes_with_every_part_of_the_content():
    others = [
        replace(CONTENT, topic="do-thi"),
        replace(CONTENT, difficulty=2),
        replace(CONTENT, kind="multiple"),
        replace(CONTENT, stem="Khác?"),
        replace(CONTENT, options=("2030", "2025", "2045")),
        replace(CONTENT, key=(1,)),
        replace(CONTENT, explanation="Khác."),
        replace(CONTENT, valid_as_of=None),
        replace(CONTENT, citations=()),
        SHORT,
        replace(SHORT, accepted=("Hồng", "Sông Hồng")),
        ESSAY,
    ]

    assert len({content.fingerprint() for content in [CONTENT, *others]}) == 13
    assert replace(CONTENT).fingerprint() == CONTENT.fingerprint()


def test_a_question_of_options_keeps_the_fingerprint_it_had_before_there_were_other_kinds():
    """Otherwise the next sync would give every question of the bank a new version."""
    assert CONTENT.fingerprint() == "be6b2ac7e0072aa95ba244b18e46cc384aeee41132312cdfd4421452b1b23d30"


def test_no_sentence_about_a_text_and_no_object_repeats_it():
    wrong = replace(SHORT, options=("a",), key=(7,), accepted=("canary-7319", "Canary-7319.", "canary-7319" * 20, ""))

    problems = [*text_problems(wrong), *completeness_problems(wrong, today=TODAY)]

    assert {problem.code for problem in problems} == {
        "text_too_long",
        "foreign_options",
        "foreign_key",
        "duplicate_accepted",
        "empty_accepted",
    }
    assert "canary" not in (repr(problems) + repr(wrong)).lower()


def test_the_table_of_states_is_the_whole_life_of_a_version():
    assert {f"{state.value} --{move.value}--> {following.value}" for (state, move), following in NEXT.items()} == {
        "draft --submit--> in_review",
        "draft --adopt--> approved",
        "draft --retire--> retired",
        "in_review --approve--> approved",
        "in_review --return--> draft",
        "in_review --adopt--> approved",
        "approved --retire--> retired",
    }


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("move", list(Move))
def test_a_move_outside_the_table_is_refused(state, move):
    if (state, move) in NEXT:
        assert after(state, move) == NEXT[state, move]
    else:
        with pytest.raises(QuestionState):
            after(state, move)


def test_only_a_second_person_approves_whatever_their_role():
    asked = {"state": "in_review", "content": CONTENT, "today": TODAY, "writer_ids": {7, 8}}

    with pytest.raises(OwnQuestion):
        check_can_approve(**asked, person_id=7)
    assert [can_approve(**asked, person_id=person_id) for person_id in (7, 8, 9)] == [False, False, True]


def test_what_is_missing_is_named_field_by_field():
    empty = replace(CONTENT, key=(), citations=(), options=())

    with pytest.raises(QuestionIncomplete) as refusal:
        check_can_submit(state="draft", content=empty, today=TODAY)

    assert sorted(refusal.value.fields) == ["citations", "key_options", "options"]


def test_the_answer_of_each_pair_follows_the_state():
    answers = {
        state: (
            can_edit(state=state),
            can_submit(state=state, content=CONTENT, today=TODAY),
            can_approve(state=state, content=CONTENT, today=TODAY, writer_ids=(), person_id=1),
            can_return(state=state),
        )
        for state in VersionState
    }

    assert answers == {
        "draft": (True, True, False, False),
        "in_review": (False, False, True, True),
        "approved": (True, False, False, False),
        "retired": (True, False, False, False),
    }


def test_the_readme_shows_the_table_of_states():
    moves = [Move.SUBMIT, Move.APPROVE, Move.RETURN, Move.ADOPT, Move.RETIRE]
    states = [VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED]
    rows = [
        "| " + " | ".join([s.value, *(NEXT[s, m].value if (s, m) in NEXT else "" for m in moves)]) + " |"
        for s in states
    ]

    readme = (Path(states_module.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert all(row.replace("|  |", "| |").replace("|  |", "| |") in readme for row in rows), rows
