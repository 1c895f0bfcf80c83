"""Ranks told by ladders equal those counted from the lines and those of the pure rules, whatever happens meanwhile."""

import json
from datetime import timedelta
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core.ranking import RankingOrder, rank
from backend.core.rules.registry import COMPARISONS, COUNTINGS
from backend.infra.reading import advance_version
from backend.results.models import Result
from backend.results.queries import entry_of
from backend.standings.ladders import Place as Stored
from backend.standings.ladders import find_before
from backend.standings.models import Ladder, Place, Rung, RungChange
from backend.standings.ordering import Board
from backend.standings.queries import board_of, find_line, list_lines
from backend.standings.services import (
    announcing,
    build_ladders,
    check_ladders,
    fold_rungs,
    freeze_standings,
    unfreeze_standings,
)
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose, sit
from tests.results.voiding import reinstate, void
from tests.results_at_hand import make_result, record, tell

pytestmark = pytest.mark.django_db
LATER, CLOSED = NOON + timedelta(hours=1), NOON + timedelta(days=2)
CHAIN = ("correct", "earliest")

# What may happen to a board: somebody hands in, or is voided or reinstated, or the worker does its work.
handed_in = st.fixed_dictionaries(
    {
        "who": st.integers(0, 5),
        "correct": st.integers(0, 3),
        "submitted_at": st.builds(
            lambda second, micro: NOON + timedelta(seconds=second, microseconds=micro),
            st.integers(0, 30),
            st.integers(0, 1),
        ),
        "used_ms": st.integers(1, 3),
        "prediction": st.one_of(st.none(), st.integers(0, 6)),
    }
)
together = st.lists(handed_in, min_size=1, max_size=4)
events = st.lists(
    st.one_of(
        st.tuples(st.just("hand in"), together),
        st.tuples(st.sampled_from(["build", "place", "fold", "freeze", "void", "reinstate"]), st.none()),
    ),
    min_size=2,
    max_size=14,
)
chains = st.permutations(sorted(COMPARISONS)).flatmap(
    lambda names: st.integers(1, len(names)).map(lambda count: tuple(names[:count]))
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=events,
    rest=chains,
    counts=st.sampled_from(sorted(COUNTINGS)),
    actual=st.one_of(st.none(), st.integers(0, 6)),
)
def test_whatever_happens_ranks_are_those_of_the_pure_rules(db, history, rest, counts, actual):
    point = transaction.savepoint()
    chain = ("correct", *(name for name in rest if name != "correct"))
    rules = {"counts": counts, "attempts_per_round": None, "ranking": chain}
    one = make_contest(pool_size=0, rules=rules).rounds.get()
    persons, organizer = [make_person() for _ in range(6)], make_person()
    voided, kept = [], []
    # Something stands there before the first ladder, and a ladder before something else happens.
    for move, what in [("hand in", [_facts(0), _facts(1)]), ("build", None), *history]:
        if move == "hand in":
            _hand_in(one, persons, what)
        elif move == "build":
            build_ladders(now=LATER, from_lines=1)
        elif move == "place":
            build_ladders(now=CLOSED, from_lines=1)
        elif move == "fold":
            fold_rungs()
        elif move == "freeze" and not kept:
            edition = freeze_standings(of=one, actor=organizer, now=CLOSED)
            kept = [(board, _expected(one, counts, board)) for board in _boards(one, chain, actual, edition)]
        elif move == "void":
            first = Result.objects.filter(round=one).counted().order_by("pk").first()
            voided += [void(first.attempt)] if first else []
        elif move == "reinstate" and voided:
            reinstate(voided.pop())
        now = [(board, _expected(one, counts, board)) for board in _boards(one, chain, actual)]
        for board, expected in (*now, *kept):
            assert _read(board, persons) == expected
        assert check_ladders(apply=False) == 0
    transaction.savepoint_rollback(point)


def _boards(one, chain, actual, edition=None):
    """The board by whatever was to be predicted, and the final one as everybody is shown it."""
    asked = Board(
        round_id=one.pk, key_version=1, chain=chain, actual=actual, edition_id=edition.pk if edition else None
    )
    return [asked, board_of(one, final=True, edition=edition)]


def _expected(one, counts, board):
    own = {}
    for result in Result.objects.filter(round=one).counted().select_related("attempt"):
        own.setdefault(result.person_id, []).append(entry_of(result))
    counted = [COUNTINGS[counts].counted(entries) for entries in own.values()]
    placings = rank(counted, order=RankingOrder(board.chain, board.actual))
    return {placing.entry_id: (placing.rank, placing.is_tied) for placing in placings}


def _read(board, persons):
    lines = [find_line(board, person_id=person.pk) for person in persons]
    return {line.position[-1]: (line.rank, line.tied) for line in lines if line}


def _facts(who):
    return {"who": who, "correct": who, "submitted_at": NOON, "used_ms": 1, "prediction": None}


def _hand_in(one, persons, what):
    made = [
        make_result(person=persons[fact["who"]], round=one, **{name: fact[name] for name in fact if name != "who"})
        for fact in what
    ]
    # An attempt is ended before the same person's next one begins.
    for result in made:
        tell([result])


def _stand(one, count):
    """Let people stand on the board of a round, the first one best; return them."""
    people = [make_person() for _ in range(count)]
    for place, person in enumerate(people):
        record(person=person, round=one, correct=3 - place % 4, submitted_at=NOON + timedelta(seconds=place))
    return people


def _board(one):
    return Board(round_id=one.pk, key_version=1, chain=CHAIN)


def _before(board, lead, *, second):
    """What the ladder tells of the lines before one that nobody has."""
    return find_before(board, (lead, NOON + timedelta(seconds=second)), attempt_id=0)


def _stored(board, result):
    found = find_before(board, (-result.correct_count, result.submitted_at), attempt_id=result.attempt_id)
    return found if isinstance(found, Stored) else None


def test_better_rungs_are_summed_and_only_the_own_one_is_counted():
    one = make_contest().rounds.get()
    _stand(one, 12)
    build_ladders(now=LATER, from_lines=12)

    # Three lines have all right, three have two right; of those with one right two were handed in before.
    better = _before(_board(one), -1, second=10)

    assert better.line_count == 8
    assert better.params["lead"] == -1
    assert NOON + timedelta(seconds=9) < better.params["since"] <= NOON + timedelta(seconds=10)


def test_there_is_no_ladder_of_a_small_board_and_a_new_one_where_lines_have_doubled():
    one = make_contest().rounds.get()
    _stand(one, 2)

    assert build_ladders(now=LATER, from_lines=3) == 0
    assert _before(_board(one), 0, second=0) is None
    _stand(one, 1)
    assert build_ladders(now=LATER, from_lines=3) == 1
    _stand(one, 2)
    assert build_ladders(now=LATER, from_lines=3) == 0
    _stand(one, 1)
    assert build_ladders(now=LATER, from_lines=3) == 1

    assert Ladder.objects.get().line_count == 6
    build_ladders(now=LATER, from_lines=100)
    assert RungChange.objects.count() == 0
    assert sum(Rung.objects.values_list("line_count", flat=True)) == 6


def test_changes_are_noted_with_the_line_and_folded_once():
    one = make_contest(rules={"attempts_per_round": None}).rounds.get()
    (person,) = _stand(one, 1)
    build_ladders(now=LATER, from_lines=1)
    before = list(Rung.objects.values_list("lead", "line_count"))

    record(person=person, round=one, correct=2, submitted_at=NOON + timedelta(seconds=9))
    record(person=make_person(), round=one, correct=2, submitted_at=NOON + timedelta(seconds=9))

    # The second attempt of the first person is no better; nothing moved.
    assert before == [(-3, 1)]
    assert list(RungChange.objects.values_list("lead", "line_count")) == [(-2, 1)]
    assert (fold_rungs(), fold_rungs()) == (1, 0)
    assert sorted(Rung.objects.values_list("lead", "line_count")) == [(-3, 1), (-2, 1)]


def test_places_of_a_final_board_are_stored_until_a_line_is_written():
    one = make_contest().rounds.get()
    people = _stand(one, 6)
    build_ladders(now=CLOSED, from_lines=1)
    board = board_of(one, final=True)
    own = Result.objects.get(person=people[1])

    assert _stored(board, own) is None
    build_ladders(now=LATER, from_lines=1)
    assert not Place.objects.exists()
    build_ladders(now=CLOSED, from_lines=1)
    # Two have all right; of the two with two right hers came first.
    assert _stored(board, own) == Stored(3, 3, 1)
    assert [line.rank for line in list_lines(board, limit=9).lines] == [1, 2, 3, 4, 5, 6]

    record(person=make_person(), round=one, correct=2, submitted_at=NOON)

    board = board_of(one, final=True)
    assert _stored(board, own) is None
    assert find_line(board, person_id=people[1].pk).rank == 4
    build_ladders(now=CLOSED, from_lines=1)
    assert _stored(board, own) == Stored(4, 4, 1)
    Place.objects.filter(attempt_id=own.attempt_id).update(rank=3)
    assert check_ladders(apply=True) == 1
    assert _stored(board, own) is None


def test_a_frozen_board_has_a_ladder_of_its_own_and_loses_it_with_its_lines():
    one, organizer = make_contest().rounds.get(), make_person()
    people = _stand(one, 4)
    edition = freeze_standings(of=one, actor=organizer, now=LATER)
    build_ladders(now=LATER, from_lines=1)
    _stand(one, 4)

    board = Board(round_id=one.pk, key_version=1, chain=CHAIN, edition_id=edition.pk)
    assert _before(board, 0, second=3).line_count == 3
    assert _before(_board(one), 0, second=3).line_count == 6
    assert find_line(board, person_id=people[3].pk).rank == 4

    unfreeze_standings(of=one, actor=organizer, now=LATER)

    assert list(Ladder.objects.values_list("edition", flat=True)) == [None]


def test_a_board_whose_lines_are_written_anew_has_no_ladder_until_the_next_is_built():
    one = make_contest().rounds.get()
    people = _stand(one, 4)
    build_ladders(now=LATER, from_lines=1)

    void(Result.objects.get(person=people[0]).attempt)

    assert not Ladder.objects.exists()
    assert find_line(_board(one), person_id=people[1].pk).rank == 1
    assert build_ladders(now=LATER, from_lines=1) == 1
    assert find_line(_board(one), person_id=people[1].pk).rank == 1


def test_beside_a_regrade_the_ladder_in_force_stays_exact_and_the_next_keys_get_their_own():
    contest = make_contest(question_count=3, pool_size=3, rules={"attempts_per_round": 2})
    one, (wrong, *_) = contest.rounds.get(), pool_of(contest)
    before, during, after = (make_person(territory=make_unit()) for _ in range(3))
    sit(one, before, choices={wrong.pk: {4}})
    build_ladders(now=LATER, from_lines=1)

    regrade = compute(propose(contest, correct(wrong, 4)))
    sit(one, during)
    sit(one, before, at=LATER)
    assert check_ladders(apply=False) == 0
    assert {person: find_line(_board(one), person_id=person.pk).rank for person in (before, during)} == {
        before: 2, during: 1
    }  # fmt: skip
    apply(regrade)
    sit(one, after)

    corrected = Board(round_id=one.pk, key_version=2, chain=CHAIN)
    assert _before(corrected, 0, second=0) is None
    for _ in range(2):
        ranks = {person: find_line(corrected, person_id=person.pk).rank for person in (before, during, after)}
        assert ranks == {before: 1, during: 2, after: 2}
        build_ladders(now=LATER, from_lines=1)
    assert list(Ladder.objects.values_list("key_version", flat=True)) == [2]
    assert check_ladders(apply=False) == 0


def test_the_check_finds_a_wrong_rung_and_drops_its_ladder(capsys):
    one = make_contest().rounds.get()
    _stand(one, 4)
    build_ladders(now=LATER, from_lines=1)
    Rung.objects.filter(lead=-3).update(line_count=2)

    with pytest.raises(SystemExit):
        call_command("rebuild_standings", "--check")
    call_command("rebuild_standings", "--apply")

    assert [json.loads(line)["ladders"] for line in capsys.readouterr().out.splitlines()] == [1, 1]
    assert not Ladder.objects.exists()
    call_command("rebuild_standings", "--check")


@pytest.mark.django_db(transaction=True)
def test_a_ladder_waits_for_whoever_may_not_know_of_it(monkeypatch):
    """Somebody is in the middle of recording while a ladder is announced: their line is in no snapshot before."""
    one = make_contest().rounds.get()
    _stand(one, 3)
    late = make_person()
    is_recorded, may_commit, announced = Event(), Event(), Event()

    def record_slowly():
        try:
            with transaction.atomic():
                record(person=late, round=one, correct=3, submitted_at=NOON)
                is_recorded.set()
                assert may_commit.wait(30)
        finally:
            connection.close()

    def pause(_):
        announced.set()
        may_commit.set()
        sleep(0.01)

    sleep = announcing.time.sleep
    monkeypatch.setattr(announcing, "time", SimpleNamespace(monotonic=announcing.time.monotonic, sleep=pause))
    monkeypatch.setattr(announcing, "WAIT_S", 60.0)
    writer = Thread(target=record_slowly)
    writer.start()
    assert is_recorded.wait(30)

    built = build_ladders(now=LATER, from_lines=3)
    writer.join()

    assert announced.is_set()
    assert built == 1
    assert RungChange.objects.count() == 0
    assert sum(Rung.objects.values_list("line_count", flat=True)) == 4
    assert check_ladders(apply=False) == 0


@pytest.mark.django_db(transaction=True)
def test_a_ladder_that_not_everybody_knows_of_in_time_is_not_read(monkeypatch):
    one = make_contest().rounds.get()
    _stand(one, 3)
    monkeypatch.setattr(announcing, "WAIT_S", 0.0)
    is_begun, may_end = Event(), Event()

    def linger():
        try:
            with transaction.atomic():
                advance_version()
                is_begun.set()
                assert may_end.wait(30)
        finally:
            connection.close()

    other = Thread(target=linger)
    other.start()
    assert is_begun.wait(30)

    assert build_ladders(now=LATER, from_lines=3) == 0

    may_end.set()
    other.join()
    assert _before(_board(one), 0, second=0) is None
    # What is recorded from the announcement on is noted, and the next ladder begins anew.
    _stand(one, 1)
    assert RungChange.objects.count() == 1
    monkeypatch.setattr(announcing, "WAIT_S", 60.0)
    assert build_ladders(now=LATER, from_lines=3) == 1
    assert check_ladders(apply=False) == 0
