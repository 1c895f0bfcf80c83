"""Regrades: wrong keys corrected aside, seen, approved by another person, put in force whole, or given up whole."""

from datetime import timedelta

import pytest

from backend.attempts.models import Attempt
from backend.attempts.services import submit_attempt, sweep
from backend.infra import hints
from backend.participation.services import drain_all
from backend.results import services
from backend.results.enums import ChangeKind, Move, RegradeState
from backend.results.errors import OwnRegrade, RegradeActive, RegradeOutdated, RegradeRefused, RegradeStateRefused
from backend.results.models import Regrade, RegradeStep, Result
from backend.results.queries import review_items
from backend.results.services import ChangePlan
from backend.results.services.advancing import next_limit
from backend.results.services.computing import compute_batch
from backend.results.states import NEXT, after
from backend.standings.tasks import PUBLISH_TICKS
from tests.factories import NOON, make_contest, make_person, make_question, make_unit
from tests.results.sitting import (
    apply,
    assert_exact,
    compute,
    correct,
    correct_counts,
    pool_of,
    propose,
    sit,
    stored_under,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return make_contest(rounds=2, question_count=3, pool_size=3)  # every paper holds every question


@pytest.fixture
def one(contest):
    return contest.rounds.get(number=1)


@pytest.fixture
def wrong(contest):
    """The question whose key, option 1, turns out to be wrong."""
    return pool_of(contest)[0]


def citizen():
    return make_person(territory=make_unit())


def test_a_corrected_key_raises_and_lowers_and_keeps_the_old_version_readable(contest, one, wrong):
    by_the_key, by_the_truth = sit(one, citizen()), sit(one, citizen(), choices={wrong.pk: {4}})
    before = stored_under(contest, 1)

    regrade = apply(compute(propose(contest, correct(wrong, 4))))

    assert (regrade.state, contest.__class__.objects.get().key_version) == (RegradeState.APPLIED, 2)
    assert correct_counts(contest, 1) == {by_the_key.pk: 3, by_the_truth.pk: 2}
    assert correct_counts(contest, 2) == {by_the_key.pk: 2, by_the_truth.pk: 3}
    assert stored_under(contest, 1) == before
    assert_exact()


def test_several_accepted_keys_lower_nobody(contest, one, wrong):
    attempts = [sit(one, citizen(), choices={wrong.pk: {option}}) for option in (1, 2, 3)]

    compute(propose(contest, ChangePlan(wrong, ChangeKind.ACCEPT_SEVERAL, (frozenset({1}), frozenset({3})))))

    assert list(correct_counts(contest, 2).values()) == [3, 2, 3]
    assert [attempt.pk for attempt in attempts] == list(correct_counts(contest, 2))
    assert_exact()


def test_a_dropped_question_counts_as_right_for_everybody_who_has_it(contest, one, wrong):
    sit(one, citizen(), choices={wrong.pk: {2}})
    sit(one, citizen(), skipped={wrong.pk})
    sit(one, citizen())

    compute(propose(contest, ChangePlan(wrong, ChangeKind.DROP_QUESTION)))

    assert list(correct_counts(contest, 1).values()) == [2, 2, 3]
    assert list(correct_counts(contest, 2).values()) == [3, 3, 3]
    assert_exact()


def test_papers_without_the_question_are_taken_over_unchanged():
    contest = make_contest(question_count=2, pool_size=6)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    holds: dict[int, bool] = {}
    # Papers are drawn: any fixed number of them may all hold the question, or none may.
    while set(holds.values()) != {True, False} and len(holds) < 1000:
        attempt = sit(one, citizen())
        holds[attempt.pk] = wrong.pk in [version for version, _ in attempt.paper]
    assert set(holds.values()) == {True, False}

    compute(propose(contest, correct(wrong, 4)))

    assert correct_counts(contest, 2) == {pk: 2 - held for pk, held in holds.items()}
    assert_exact()


def test_regrades_add_up_and_a_later_one_overrides(contest, one, wrong):
    other = pool_of(contest)[1]
    attempt = sit(one, citizen(), choices={wrong.pk: {4}, other.pk: {4}})
    apply(compute(propose(contest, correct(wrong, 4))))
    apply(compute(propose(contest, correct(other, 4))))
    apply(compute(propose(contest, correct(wrong, 3))))

    assert [correct_counts(contest, number)[attempt.pk] for number in (1, 2, 3, 4)] == [1, 2, 3, 2]
    assert_exact()


@pytest.mark.parametrize("part_min", [1, 100])
def test_what_ends_at_any_time_is_right_under_every_version(contest, one, wrong, part_min, monkeypatch):
    """Persons beside, before and behind the cursors end attempts between the batches and after each step."""
    monkeypatch.setattr(services.proposing, "PART_MIN", part_min)
    people = [citizen() for _ in range(6)]
    for person in people:
        sit(one, person)
    regrade = propose(contest, correct(wrong, 4))
    sit(one, people[0], choices={wrong.pk: {4}})
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    sit(one, people[1], choices={wrong.pk: {4}})
    compute_batch(regrade_id=regrade.pk, now=NOON, limit=3)  # persons 0 and 1
    cursors = [part.cursor_person_id for part in regrade.parts.order_by("number")]
    # In parts: 0 and 1 end where the next begin. Seven results, the first person has two of them.
    assert cursors == [people[1].pk] if part_min == 100 else [people[1].pk, people[1].pk, people[2].pk, people[3].pk]
    sit(one, people[2], choices={wrong.pk: {4}})  # not yet taken over
    late = citizen()
    sit(one, late)
    newcomer_round = contest.rounds.get(number=2)
    sit(newcomer_round, people[1], choices={wrong.pk: {4}}, at=NOON + timedelta(weeks=1))  # taken over already
    assert_exact()
    while compute_batch(regrade_id=regrade.pk, now=NOON, limit=3):
        assert_exact()
    sit(one, people[3], choices={wrong.pk: {4}})
    services.approve_regrade(regrade=regrade, actor=make_person(), now=NOON)
    sit(one, people[4], choices={wrong.pk: {4}})
    drain_all()
    services.apply_regrade(regrade=regrade, actor=regrade.author, now=NOON)
    contest.refresh_from_db()
    sit(one, people[5], choices={wrong.pk: {4}})

    assert_exact()
    ended = Attempt.objects.count()
    assert (len(correct_counts(contest, 2)), len(correct_counts(contest, 1))) == (ended, ended - 1)
    drain_all()
    assert_exact()


def test_a_crash_in_the_middle_changes_nothing_and_is_resumed(contest, one, wrong, monkeypatch):
    for index in range(7):
        sit(one, citizen(), choices={wrong.pk: {4}} if index % 2 else None)
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    passes = {"count": 0}
    real = services.computing.events.publish

    def crash_twice(event: object) -> None:
        real(event)
        passes["count"] += 1
        if passes["count"] in {2, 4}:
            raise RuntimeError("crash after everything is written and before the commit")

    monkeypatch.setattr(services.computing.events, "publish", crash_twice)
    for expected in (2, 4):
        assert compute_batch(regrade_id=regrade.pk, now=NOON, limit=2)
        with pytest.raises(RuntimeError):
            compute_batch(regrade_id=regrade.pk, now=NOON, limit=2)
        stored = Result.objects.filter(key_version=2).count()
        regrade.refresh_from_db()
        assert (stored, regrade.done_count) == (expected, expected)
        assert_exact()
    while compute_batch(regrade_id=regrade.pk, now=NOON, limit=2):
        pass

    regrade.refresh_from_db()
    assert (regrade.state, regrade.done_count, regrade.total_count) == (RegradeState.COMPUTED, 7, 7)
    assert sorted(correct_counts(contest, 2).values()) == [2, 2, 2, 2, 3, 3, 3]
    assert_exact()


@pytest.mark.parametrize("state", [RegradeState.DRAFT, RegradeState.COMPUTING, RegradeState.COMPUTED])
def test_cancelling_deletes_what_was_aside_keeps_the_audit_and_lets_a_new_set_begin(contest, one, wrong, state):
    for _ in range(4):
        sit(one, citizen(), choices={wrong.pk: {4}})
    before = stored_under(contest, 1)
    given_up = propose(contest, correct(wrong, 4))
    if state != RegradeState.DRAFT:
        services.start_computing(regrade=given_up, actor=given_up.author, now=NOON)
        compute_batch(regrade_id=given_up.pk, now=NOON, limit=2)
    if state == RegradeState.COMPUTED:
        services.advance_regrades(budget_s=60, now=NOON)
        drain_all()

    services.cancel_regrade(regrade=given_up, actor=given_up.author, now=NOON, reason="Nhầm câu")
    assert_exact()
    sit(one, citizen())
    assert services.advance_regrades(budget_s=60, now=NOON)

    assert not Result.objects.filter(key_version=2).exists()
    nothing = stored_under(contest, 2)
    assert nothing.pop("counts") == {None: {}, **{pk: {} for pk in contest.rounds.values_list("pk", flat=True)}}
    assert nothing == {"results": [], "standings": [], "participants": [], "contest_participants": []}
    assert stored_under(contest, 1)["results"][:4] == before["results"]
    last = RegradeStep.objects.filter(regrade=given_up).last()
    assert (last.move, last.actor, last.reason) == (Move.CANCEL, given_up.author, "Nhầm câu")
    again = apply(compute(propose(contest, correct(wrong, 4))))
    assert (again.target_key_version, sorted(correct_counts(contest, 3).values())) == (3, [2, 3, 3, 3, 3])
    assert_exact()


def test_every_step_has_its_audit_row(contest, one, wrong):
    sit(one, citizen())
    author, approver = make_person(), make_person()
    regrade = compute(propose(contest, correct(wrong, 4), author=author))
    services.approve_regrade(regrade=regrade, actor=approver, now=NOON, reason="Đã đối chiếu văn bản")
    services.apply_regrade(regrade=regrade, actor=author, now=NOON)

    assert list(regrade.steps.values_list("move", "actor", "reason", "at")) == [
        ("create", author.pk, "Đáp án sai", NOON),
        ("compute", author.pk, "", NOON),
        ("finish", None, "", NOON),
        ("approve", approver.pk, "Đã đối chiếu văn bản", NOON),
        ("apply", author.pk, "", NOON),
    ]


def test_authors_do_not_approve_their_own(contest, one, wrong):
    regrade = compute(propose(contest, correct(wrong, 4)))

    with pytest.raises(OwnRegrade):
        services.approve_regrade(regrade=regrade, actor=regrade.author, now=NOON)
    with pytest.raises(RegradeStateRefused):
        services.apply_regrade(regrade=regrade, actor=make_person(), now=NOON)

    regrade.refresh_from_db()
    assert (regrade.state, regrade.approver, regrade.steps.count()) == (RegradeState.COMPUTED, None, 3)


def test_a_contest_has_one_unfinished_set_at_a_time(contest, wrong):
    propose(contest, correct(wrong, 4))

    with pytest.raises(RegradeActive):
        propose(contest, correct(wrong, 3))


def test_keys_that_have_moved_since_are_not_overwritten(contest, one, wrong):
    regrade = compute(propose(contest, correct(wrong, 4)))
    services.approve_regrade(regrade=regrade, actor=make_person(), now=NOON)
    contest.key_version = 7
    contest.save()

    with pytest.raises(RegradeOutdated):
        services.apply_regrade(regrade=regrade, actor=make_person(), now=NOON)


def test_what_is_no_correction_is_refused_field_by_field(contest, wrong):
    second, third = pool_of(contest)[1:]
    elsewhere = make_question()
    refused = {
        "changes": [],
        "changes.0.question": [correct(elsewhere, 1)],
        "changes.0.keys": [correct(wrong, 5)],
        "changes.1.keys": [correct(wrong, 4), correct(second, 2)],  # its key already
        "changes.2.keys": [
            correct(wrong, 4),
            correct(second, 4),
            ChangePlan(third, ChangeKind.ACCEPT_SEVERAL, (frozenset({1}), frozenset({1}))),
        ],
    }

    for field, plans in refused.items():
        with pytest.raises(RegradeRefused) as refusal:
            propose(contest, *plans)
        assert list(refusal.value.fields) == [field]
    assert not Regrade.objects.exists()


def test_the_review_shows_the_keys_in_force(contest, one, wrong):
    attempt = sit(one, citizen(), choices={wrong.pk: {4}})
    after_release = one.keys_release_at + timedelta(hours=1)
    place = next(at for at, (version, _) in enumerate(attempt.paper) if version == wrong.pk)

    def seen() -> tuple[bool, list[str]]:
        item = review_items(Attempt.objects.get(pk=attempt.pk), now=after_release)[place]
        return item["is_correct"], [option["text"].split()[2] for option in item["options"] if option["is_key"]]

    regrade = compute(propose(contest, correct(wrong, 4)))
    assert seen() == (False, ["A"])
    apply(regrade)

    assert seen() == (True, ["D"])
    assert_exact()


def test_the_sweeper_writes_both_versions_while_one_is_computed(contest, one, wrong):
    from backend.attempts.services import start_attempt

    for _ in range(3):
        start_attempt(person=citizen(), round=one, now=NOON)
    sit(one, citizen())
    compute(propose(contest, ChangePlan(wrong, ChangeKind.DROP_QUESTION)))

    assert sweep(now=NOON + timedelta(hours=1)) == 3

    assert (sorted(correct_counts(contest, 1).values()), sorted(correct_counts(contest, 2).values())) == (
        [0, 0, 0, 3],
        [1, 1, 1, 3],
    )
    assert_exact()


def test_submitting_twice_still_scores_once_under_both(contest, one, wrong):
    compute(propose(contest, correct(wrong, 4)))
    attempt = sit(one, citizen())

    submit_attempt(attempt=attempt, prediction=None, received_at=NOON + timedelta(minutes=3))

    assert Result.objects.filter(attempt=attempt).count() == 2


def test_the_table_of_states_is_the_whole_life_of_a_regrade():
    reached = {(state.value, what.value): following.value for (state, what), following in NEXT.items()}

    assert reached == {
        ("draft", "compute"): "computing",
        ("computing", "finish"): "computed",
        ("computed", "approve"): "approved",
        ("approved", "apply"): "applied",
        ("draft", "cancel"): "cancelled",
        ("computing", "cancel"): "cancelled",
        ("computed", "cancel"): "cancelled",
        ("approved", "cancel"): "cancelled",
    }
    for state in (RegradeState.APPLIED, RegradeState.CANCELLED):
        for what in Move:
            with pytest.raises(RegradeStateRefused):
                after(state, what)


def test_batches_shrink_where_they_take_long_and_grow_again():
    limits = [3_000]
    for took_s in (0.5, 0.5, 0.2, 0.1, 0.1, 0.1, *[9.0] * 5):
        limits.append(next_limit(limits[-1], took_s=took_s))
    assert limits == [3_000, 1_500, 750, 750, 1_500, 3_000, 3_000, 1_500, 750, 375, 250, 250]


def test_what_is_computed_aside_wakes_nobody_who_tells_of_boards_and_what_is_applied_does(
    contest, one, wrong, monkeypatch, django_capture_on_commit_callbacks
):
    sit(one, citizen())
    woken: list[str] = []
    monkeypatch.setattr(hints, "wake", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        regrade = compute(propose(contest, correct(wrong, 4)))
    assert PUBLISH_TICKS not in woken

    with django_capture_on_commit_callbacks(execute=True):
        apply(regrade)
    assert PUBLISH_TICKS in woken
