"""Results: written once as an attempt ends, equal to a recomputation, silent about single answers before release."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backend.attempts.errors import AttemptOpen
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt, submit_attempt, sweep
from backend.contests.models import Round
from backend.core.timing import GRACE
from backend.infra import events
from backend.questions.queries import get_version_keys
from backend.results.events import ResultsRecorded
from backend.results.models import Result
from backend.results.queries import differences, get_own_result, review_items
from tests.factories import NOON, make_contest, make_person, make_question, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_round() -> Round:
    return make_contest().rounds.get()


@pytest.fixture
def attempt(one_round: Round) -> Attempt:
    return start_attempt(person=make_person(territory=make_unit()), round=one_round, now=NOON)[0]


def answer(attempt: Attempt, *, right: int) -> None:
    """Answer every place, the first `right` of them by the key."""
    keys = get_version_keys(version_id for version_id, _ in attempt.paper)
    for place, (version_id, order) in enumerate(attempt.paper, start=1):
        good = [at for at, canonical in enumerate(order, start=1) if canonical in keys[version_id]]
        bad = [at for at in range(1, len(order) + 1) if at not in good][:1]
        Answer.objects.create(
            attempt=attempt,
            round_id=attempt.round_id,
            item=place,
            seq=place,
            choice=good if place <= right else bad,
            received_at=NOON,
        )


def test_submitting_scores_in_the_same_transaction(attempt: Attempt, monkeypatch: pytest.MonkeyPatch):
    told: list[ResultsRecorded] = []
    monkeypatch.setitem(events._handlers, ResultsRecorded, [*events._handlers[ResultsRecorded], told.append])
    answer(attempt, right=2)

    submit_attempt(attempt=attempt, prediction=42, received_at=NOON + timedelta(minutes=3))

    result = Result.objects.get()
    assert told == [ResultsRecorded((result.pk,), frozenset({result.contest_id}))]
    assert {
        name: getattr(result, name)
        for name in (
            "attempt_id",
            "key_version",
            "person_id",
            "round_id",
            "correct_count",
            "item_count",
            "is_all_correct",
            "used_ms",
            "prediction",
            "submitted_at",
            "territory_id",
        )
    } == {
        "attempt_id": attempt.pk,
        "key_version": 1,
        "person_id": attempt.person_id,
        "round_id": attempt.round_id,
        "correct_count": 2,
        "item_count": 3,
        "is_all_correct": False,
        "used_ms": 180_000,
        "prediction": 42,
        "submitted_at": NOON + timedelta(minutes=3),
        "territory_id": attempt.territory_id,
    }


def test_a_receiver_that_fails_leaves_the_attempt_open(attempt: Attempt, monkeypatch: pytest.MonkeyPatch):
    def fail(event: ResultsRecorded) -> None:
        raise RuntimeError("downstream")

    monkeypatch.setitem(events._handlers, ResultsRecorded, [fail])

    with pytest.raises(RuntimeError):
        submit_attempt(attempt=attempt, prediction=None, received_at=NOON)

    assert Attempt.objects.get().state == "open"
    assert not Result.objects.exists()


def test_sweeping_many_scores_each_once(one_round: Round):
    ward = make_unit()
    attempts = [start_attempt(person=make_person(territory=ward), round=one_round, now=NOON)[0] for _ in range(5)]
    for right, attempt in enumerate(attempts[:4]):
        answer(attempt, right=right)

    assert sweep(now=NOON + timedelta(minutes=15, seconds=5), limit=2) == 0
    assert sweep(now=NOON + timedelta(minutes=15, seconds=6), limit=2) == 5
    assert sweep(now=NOON + timedelta(hours=1)) == 0

    scores = Result.objects.order_by("attempt_id").values_list("correct_count", "is_all_correct", "used_ms")
    unanswered = (0, False, 900_000)
    assert list(scores) == [unanswered, (1, False, 900_000), (2, False, 900_000), (3, True, 900_000), unanswered]
    assert list(differences()) == []


def test_sweeping_takes_a_few_queries_whatever_the_number(one_round: Round, django_assert_max_num_queries):
    ward = make_unit()
    for _ in range(8):
        start_attempt(person=make_person(territory=ward), round=one_round, now=NOON)

    with django_assert_max_num_queries(40):
        assert sweep(now=NOON + timedelta(hours=1)) == 8


def test_an_open_attempt_has_no_result(attempt: Attempt):
    with pytest.raises(AttemptOpen):
        get_own_result(attempt=attempt)


def test_before_the_release_no_single_answer_is_told(attempt: Attempt, one_round: Round):
    answer(attempt, right=1)
    submit_attempt(attempt=attempt, prediction=None, received_at=NOON)

    assert get_own_result(attempt=attempt).correct_count == 1
    assert review_items(attempt, now=one_round.keys_release_at - timedelta(microseconds=1)) is None


def test_an_open_attempt_is_never_reviewed_even_after_the_release(attempt: Attempt, one_round: Round):
    assert review_items(attempt, now=one_round.keys_release_at + timedelta(days=1)) is None


def test_after_the_release_every_place_shows_choice_key_and_proof(attempt: Attempt, one_round: Round):
    answer(attempt, right=1)
    Answer.objects.filter(item=3).delete()
    submit_attempt(attempt=attempt, prediction=None, received_at=NOON)

    assert review_items(attempt, now=one_round.closes_at + GRACE) is None  # an answer received now still counts
    items = review_items(attempt, now=one_round.closes_at + GRACE + timedelta(microseconds=1))

    assert items is not None
    assert [(one["item"], one["is_correct"]) for one in items] == [(1, True), (2, False), (3, False)]
    assert [sum(o["is_key"] for o in one["options"]) for one in items] == [1, 1, 1]
    assert [[o["option"] for o in one["options"]] for one in items] == [[1, 2, 3, 4]] * 3
    assert [sum(o["is_chosen"] for o in one["options"]) for one in items] == [1, 1, 0]
    assert items[0]["citations"] == [
        {
            "document_number": "15-NQ/TW",
            "clause_label": "mục II.1",
            "clause_heading": "Tiêu đề II.1",
            "summary": "Tóm tắt II.1",
            "quote": "",
        }
    ]
    assert items[0]["explanation"].startswith("Giải thích câu ")


def test_several_right_options_count_only_together():
    one_round = make_contest(question_count=1, pool_size=0, pool=[make_question(key=(1, 3))]).rounds.get()
    scores = {}
    for chosen in [(1,), (1, 3), (1, 2, 3), ()]:
        attempt = start_attempt(person=make_person(territory=make_unit()), round=one_round, now=NOON)[0]
        ((_, order),) = attempt.paper
        positions = sorted(order.index(canonical) + 1 for canonical in chosen)
        Answer.objects.create(attempt=attempt, round=one_round, item=1, seq=1, choice=positions, received_at=NOON)
        submit_attempt(attempt=attempt, prediction=None, received_at=NOON)
        scores[chosen] = get_own_result(attempt=attempt).correct_count

    assert scores == {(1,): 0, (1, 3): 1, (1, 2, 3): 0, (): 0}


def test_rescore_finds_what_does_not_agree(attempt: Attempt):
    answer(attempt, right=2)
    submit_attempt(attempt=attempt, prediction=None, received_at=NOON)
    out = StringIO()
    call_command("rescore", "--check", stdout=out)
    assert out.getvalue() == "1 results agree with their rows\n"

    Result.objects.update(correct_count=3)

    with pytest.raises(CommandError, match="1 results differ"):
        call_command("rescore", "--check", stdout=out)
    assert f"attempt {attempt.uuid}: correct_count is 3, should be 2" in out.getvalue()
