"""The desk's list over HTTP: lines, filters, pages, and what they cost."""

import pytest
import time_machine

from backend.questions.models import Question
from tests.factories import make_clause, make_question
from tests.questions.desk_calls import ADDRESS, NOON, create, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topic_of_bodies")]


def test_the_list_shows_a_line_for_each_question(desk, author):
    with time_machine.travel(NOON, tick=False):
        make_question(stem="Đường Vành đai 4?", state="draft", author=author)

        answer = desk.get(ADDRESS, {"state": "draft"}).json()

    question = Question.objects.get(current__stem="Đường Vành đai 4?")
    assert answer == {
        "results": [
            {
                "uuid": str(question.uuid),
                "key": question.key,
                "state": "draft",
                "stem": "Đường Vành đai 4?",
                "kind": "single",
                "topic": "kinh-te",
                "difficulty": 1,
                "document_number": "15-NQ/TW",
                "clause_label": "mục II.1",
                "version": 1,
                "updated_at": "2026-11-18T12:00:00+07:00",
                "owner_name": "Trần Thị Soạn",
            }
        ],
        "next": None,
        "counts": {"by_state": {"draft": 1, "in_review": 0, "approved": 0, "retired": 1}},
        "total": 1,
    }


@pytest.mark.parametrize(
    ("filters", "stems"),
    [
        ({"q": "vanh dai"}, ["Đường Vành đai 4?"]),
        ({"q": "VÀNH  ĐAI 4"}, ["Đường Vành đai 4?"]),
        ({"q": "đai vành"}, ["Đường Vành đai 4?"]),
        ({"q": "%"}, []),
        ({"topic": "do-thi"}, ["Đường Vành đai 4?"]),
        ({"document": "12-nq-cp-2023"}, ["GRDP?"]),
        ({"difficulty": "3"}, ["GRDP?"]),
        ({"kind": "multiple"}, ["GRDP?"]),
        ({"kind": "short_text"}, ["Con sông nào?"]),
        ({"kind": "essay"}, ["Đề xuất gì?"]),
        ({"q": "canary"}, []),
        ({"state": "in_review"}, ["GRDP?"]),
        ({"topic": "khong-co"}, []),
        ({"topic": "do-thi", "state": "in_review"}, []),
    ],
)
def test_filters_narrow_the_list(filters, stems, desk):
    make_question(stem="Đường Vành đai 4?", topic="do-thi")
    elsewhere = make_clause(document_key="12-nq-cp-2023")
    make_question(stem="GRDP?", difficulty=3, key=(1, 2), state="in_review", clause=elsewhere)
    make_question(stem="Con sông nào?", accepted=["canary"])
    make_question(stem="Đề xuất gì?", kind="essay")

    answer = desk.get(ADDRESS, filters).json()

    assert [line["stem"] for line in answer["results"]] == stems
    assert answer["total"] == len(stems)


@pytest.mark.parametrize(
    ("query", "code", "fields"),
    [
        ("limit=0", "invalid_input", ["limit"]),
        ("limit=101", "invalid_input", ["limit"]),
        ("limit=1e9", "invalid_input", ["limit"]),
        ("offset=1000000000", "unknown_field", []),
        ("ordering=key", "unknown_field", []),
        ("key_options=3", "unknown_field", []),
        ("current__key__contains=3", "unknown_field", []),
        ("after=abc", "invalid_input", ["after"]),
        ("after=9999999999999999-1&after=-1", "invalid_input", ["after"]),
        ("difficulty=0", "invalid_input", ["difficulty"]),
        ("state=published", "invalid_input", ["state"]),
        ("q=" + "a" * 201, "invalid_input", ["q"]),
        ("q=%00", "invalid_input", ["q"]),
    ],
)
def test_bad_filters_are_refused(query, code, fields, desk):
    assert refusal(desk.get(f"{ADDRESS}?{query}")) == (400, code, fields)


def test_pages_follow_each_other_without_gap_or_repeat(desk):
    with time_machine.travel(NOON, tick=False):
        made = [make_question(stem=f"Câu {number}?", state="draft") for number in range(5)]
    seen, after = [], None
    while True:
        page = desk.get(ADDRESS, {"state": "draft", "limit": 2, **({"after": after} if after else {})}).json()
        seen.append([line["key"] for line in page["results"]])
        after = page["next"]
        if after is None:
            break

    keys = [version.question.key for version in reversed(made)]
    assert seen == [keys[:2], keys[2:4], keys[4:]]


@pytest.mark.parametrize("question_count", [1, 3])
def test_the_list_costs_the_same_queries_whatever_its_length(question_count, desk, author, django_assert_num_queries):
    for number in range(question_count):
        make_question(state="draft", author=author, clause=make_clause(document_key=f"van-ban-{number}"))

    with django_assert_num_queries(6):  # session, person, roles, counts, lines, citations
        desk.get(ADDRESS, {"state": "draft"})


@pytest.mark.parametrize("clause_count", [1, 3])
def test_a_question_costs_the_same_queries_whatever_its_history(clause_count, desk, django_assert_num_queries):
    for number in range(clause_count):
        make_clause(path=f"I.{number}")
    cited = [{"document": "15-nq-tw-2022", "clause_path": f"I.{number}"} for number in range(clause_count)]
    address = f"{ADDRESS}/{create(desk, citations=cited)['uuid']}"

    with django_assert_num_queries(8):  # session, person, roles, question, citations, reviews, versions, uses
        desk.get(address)


@pytest.mark.parametrize("topic_count", [1, 3])
def test_topics_count_the_questions_in_force_by_difficulty(topic_count, desk, django_assert_num_queries):
    for number in range(topic_count):
        make_question(topic=f"chu-de-{number}", difficulty=2)
        make_question(topic=f"chu-de-{number}", difficulty=3, state="draft")

    with django_assert_num_queries(4):
        answer = desk.get("/api/staff/topics").json()

    assert answer["results"] == [
        {
            "key": f"chu-de-{number}",
            "name_vi": f"chu-de-{number}",
            "name_en": f"chu-de-{number}",
            "counts": {"1": 0, "2": 1, "3": 0},
        }
        for number in range(topic_count)
    ] + [{"key": "kinh-te", "name_vi": "kinh-te", "name_en": "kinh-te", "counts": {"1": 0, "2": 0, "3": 0}}]
