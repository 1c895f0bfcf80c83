"""The database itself refuses what no code path may do to an approved version."""

import pytest
from django.db import IntegrityError, transaction

from backend.questions.models import Citation, QuestionVersion
from tests.factories import make_clause, make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["approved", "retired"])
@pytest.mark.parametrize(
    "change",
    [
        {"stem": "Khác"},
        {"key": [1]},
        {"accepted": ["khác"]},
        {"options": ["a", "b"]},
        {"kind": "multiple"},
        {"difficulty": 3},
        {"explanation": "Khác"},
        {"valid_as_of": None},
        {"number": 9},
        {"state": "draft"},
        {"state": "in_review"},
    ],
)
def test_approved_content_cannot_change_even_by_bulk_sql(state, change):
    version = make_question(state=state)
    before = QuestionVersion.objects.filter(pk=version.pk).values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVersion.objects.filter(pk=version.pk).update(**change)

    assert QuestionVersion.objects.filter(pk=version.pk).values().get() == before


def test_an_approved_version_may_be_retired_and_stays_so():
    version = make_question()

    QuestionVersion.objects.filter(pk=version.pk).update(state="retired")

    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVersion.objects.filter(pk=version.pk).update(state="approved")


def test_a_draft_may_change():
    version = make_question(state="draft")

    assert QuestionVersion.objects.filter(pk=version.pk).update(stem="Khác", key=[1]) == 1


def test_citations_of_an_approved_version_cannot_change_or_go():
    citations = Citation.objects.filter(version=make_question())
    other = make_clause(path="III")

    with pytest.raises(IntegrityError), transaction.atomic():
        citations.update(clause=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        citations.delete()

    assert citations.count() == 1


def test_a_question_has_one_version_in_force():
    version = make_question()

    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVersion.objects.create(
            question=version.question,
            number=2,
            state="approved",
            kind="single",
            topic=version.topic,
            difficulty=1,
            stem="?",
        )
