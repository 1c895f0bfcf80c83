"""What apps downstream read: contents without keys, keys without contents."""

from dataclasses import asdict

import pytest

from backend.core.drawing import Candidate
from backend.questions.queries import (
    CitationContent,
    VersionContent,
    VersionExplanation,
    get_accepted_texts,
    get_version_contents,
    get_version_explanations,
    get_version_keys,
    list_approved_candidates,
)
from tests.factories import make_clause, make_question

pytestmark = pytest.mark.django_db


def test_contents_hold_what_a_paper_shows_and_no_key(django_assert_num_queries):
    one, two = make_question(key=(3,), explanation="canary-7319"), make_question(key=(1, 4))

    with django_assert_num_queries(1):
        contents = get_version_contents([one.pk, two.pk])

    assert contents == {
        one.pk: VersionContent(one.pk, "single", one.stem, tuple(one.options)),
        two.pk: VersionContent(two.pk, "multiple", two.stem, tuple(two.options)),
    }
    assert set(asdict(contents[one.pk])) == {"id", "kind", "stem", "options"}
    assert "canary" not in repr(contents)


def test_accepted_texts_are_read_apart_and_only_of_short_texts(django_assert_num_queries):
    short, essay = make_question(accepted=["canary-7319", "khác"]), make_question(kind="essay")
    choice = make_question(key=(3,))

    with django_assert_num_queries(3):
        contents = get_version_contents([short.pk, essay.pk])
        accepted = get_accepted_texts([short.pk, essay.pk, choice.pk])
        keys = get_version_keys([short.pk, essay.pk])

    assert contents == {
        short.pk: VersionContent(short.pk, "short_text", short.stem, ()),
        essay.pk: VersionContent(essay.pk, "essay", essay.stem, ()),
    }
    assert "canary" not in repr(contents)
    assert accepted == {short.pk: ("canary-7319", "khác")}
    assert keys == {short.pk: frozenset(), essay.pk: frozenset()}


def test_keys_and_explanations_by_version(django_assert_num_queries):
    clause = make_clause(path="II.1")
    one, two = make_question(key=(3,), clause=clause), make_question(key=(1, 4), clause=clause)

    with django_assert_num_queries(3):
        keys = get_version_keys([one.pk, two.pk])
        explanations = get_version_explanations([one.pk])

    assert keys == {one.pk: frozenset({3}), two.pk: frozenset({1, 4})}
    assert explanations == {
        one.pk: VersionExplanation(
            one.pk,
            one.explanation,
            (CitationContent("15-NQ/TW", "mục II.1", "Tiêu đề II.1", "Tóm tắt II.1", ""),),
        )
    }


@pytest.mark.parametrize("read", [get_version_contents, get_version_keys, get_version_explanations])
def test_an_unknown_version_is_a_bug_and_raises(read):
    known = make_question()

    with pytest.raises(LookupError):
        read([known.pk, known.pk + 1000])


def test_candidates_are_the_versions_in_force_of_the_documents_and_topic_asked_for():
    elsewhere = make_clause(document_key="12-nq-cp-2023")
    one = make_question(difficulty=2)
    two = make_question(topic="do-thi", clause=elsewhere)
    for state in ("draft", "in_review", "retired"):
        make_question(state=state)

    assert list_approved_candidates() == [Candidate(one.pk, "kinh-te", 2, 4), Candidate(two.pk, "do-thi", 1, 4)]
    assert list_approved_candidates(document_keys=["12-nq-cp-2023"]) == [Candidate(two.pk, "do-thi", 1, 4)]
    assert list_approved_candidates(topic="kinh-te") == [Candidate(one.pk, "kinh-te", 2, 4)]
    assert list_approved_candidates(document_keys=[]) == []


def test_candidates_tell_what_is_answered_in_words():
    short, essay = make_question(accepted=["x"]), make_question(kind="essay", difficulty=3)

    assert list_approved_candidates() == [
        Candidate(short.pk, "kinh-te", 1, 0),
        Candidate(essay.pk, "kinh-te", 3, 0, is_essay=True),
    ]
