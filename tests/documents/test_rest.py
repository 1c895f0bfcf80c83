"""The public addresses of documents."""

import pytest
from django.test import Client

from tests.factories import make_clause, make_question

pytestmark = pytest.mark.django_db


def test_a_search_answers_the_choice_with_what_tells_the_documents_apart(stored_documents):
    body = Client().get("/api/documents", {"q": "15-NQ/TW 30-7-2007"}).json()

    assert body == {
        "results": [
            {
                "key": "15-nq-tw-2007",
                "number": "15-NQ/TW",
                "type": "nghi-quyet",
                "issuer": "Ban Chấp hành Trung ương",
                "term": "X",
                "issued_on": "2007-07-30",
                "title": "Nghị quyết về tiếp tục đổi mới phương thức lãnh đạo của Đảng đối với hoạt động của hệ thống "
                "chính trị",
                "short_title": "Nghị quyết 15-NQ/TW (2007)",
                "status": "historical",
                "note": "Chỉ giữ phần nhận diện, để phân biệt với các văn bản cùng số 15-NQ/TW.",
            }
        ]
    }


def test_a_document_counts_the_questions_in_force_and_shows_nothing_of_them():
    clause = make_clause(path="II.1")
    secret = make_question(clause=clause, stem="Câu hỏi chưa ai được thấy?", key=(3,))
    make_question(clause=clause, state="draft")
    make_clause(path="II.2")

    answer = Client().get("/api/documents/15-nq-tw-2022")

    assert [(c["path"], c["question_count"]) for c in answer.json()["clauses"]] == [("II.1", 1), ("II.2", 0)]
    assert set(answer.json()["clauses"][0]) == {
        "path",
        "label",
        "heading",
        "summary",
        "depth",
        "is_certain",
        "question_count",
    }
    for hidden in (secret.stem, secret.explanation, secret.question.key, *secret.options):
        assert hidden not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/documents/khong-co", 404, "not_found"),
        ("/api/documents?page=2", 400, "unknown_field"),
        ("/api/documents?q=" + "a" * 201, 400, "invalid_input"),
        ("/api/documents?q=15%00", 400, "invalid_input"),
    ],
)
def test_bad_requests_are_refused_by_code(address, status, code):
    answer = Client().get(address)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("clause_count", [1, 3])
def test_a_document_costs_the_same_queries_whatever_its_length(clause_count, django_assert_num_queries):
    for number in range(clause_count):
        make_question(clause=make_clause(path=f"I.{number}"))

    with django_assert_num_queries(4):
        Client().get("/api/documents/15-nq-tw-2022")


@pytest.mark.parametrize("document_count", [1, 3])
def test_a_search_costs_one_query(document_count, django_assert_num_queries):
    for number in range(document_count):
        make_clause(document_key=f"van-ban-{number}")

    with django_assert_num_queries(1):
        Client().get("/api/documents")
