"""Two people at once: the database lets one of them through and tells the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from backend.core.errors import UserError
from backend.questions.content import Cited, Content
from backend.questions.models import QuestionVersion, Review
from backend.questions.queries.versions import etag_of
from backend.questions.services import approve_question, create_question, edit_question, submit_question
from tests.factories import make_clause, make_person, make_question
from tests.questions.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = Content(
    topic="kinh-te",
    difficulty=1,
    kind="single",
    stem="Năm nào?",
    options=("2025", "2030", "2045"),
    key=(2,),
    explanation="Vì thế.",
    valid_as_of=None,
    citations=(Cited("15-nq-tw-2022", "II.1"),),
)


def outcomes(calls: list[Callable[[], object]]) -> list[str]:
    """Make all calls at once; return "done" or the code of the refusal, sorted."""

    def one(call: Callable[[], object]) -> str:
        try:
            call()
        except UserError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(one, calls))


@pytest.fixture
def draft():
    make_question(clause=make_clause(path="II.1"))
    return create_question(content=CONTENT, person=make_person(), now=NOW)


def test_of_two_edits_of_one_state_one_is_refused(draft):
    etag = etag_of(draft, draft.current)
    people = [make_person(), make_person()]

    found = outcomes(
        [
            lambda n=n, person=person: edit_question(
                uuid=draft.uuid, content=replace(CONTENT, stem=f"Bản {n}?"), person=person, etag=etag
            )
            for n, person in enumerate(people)
        ]
    )

    assert found == ["done", "precondition_failed"]
    assert QuestionVersion.objects.filter(question=draft).count() == 1


def test_of_two_approvals_one_is_refused_and_one_review_is_kept(draft):
    submit_question(uuid=draft.uuid, now=NOW)
    people = [make_person(), make_person()]

    found = outcomes(
        [lambda person=person: approve_question(uuid=draft.uuid, person=person, now=NOW) for person in people]
    )

    assert found == ["done", "question_state"]
    assert Review.objects.count() == 1


def test_of_two_new_questions_with_one_key_one_is_refused():
    make_question(clause=make_clause(path="II.1"))
    person = make_person()

    found = outcomes([lambda: create_question(content=CONTENT, person=person, now=NOW, key="cau-moi")] * 2)

    assert found == ["done", "question_key_taken"]
