"""One builder at a time; a board that fails holds up no other; what was overtaken is not passed off as true."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from structlog.testing import capture_logs

from backend.standings.enums import PlacesState
from backend.standings.models import Ladder, Place, Rung
from backend.standings.queries import board_of, find_line
from backend.standings.services import (
    announcing,
    build_ladders,
    building,
    check_ladders,
    fold_rungs,
    freeze_standings,
    ladders,
    places,
    unfreeze_standings,
)
from tests.factories import NOON, make_contest, make_person
from tests.results_at_hand import record
from tests.standings.test_regrade_at_once import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
LATER, CLOSED = NOON + timedelta(hours=1), NOON + timedelta(days=2)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A busy machine may take its time: no builder gives up waiting for who is under way."""
    monkeypatch.setattr(announcing, "WAIT_S", 60.0)


def elsewhere(work):
    """Do something on another connection, and wait for it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(in_thread, work).result(timeout=60)


def stand(one, count, *, since=0):
    """Let people stand on a board, one a second, the first one best."""
    people = [make_person() for _ in range(count)]
    for place, person in enumerate(people):
        record(person=person, round=one, correct=3 - place % 4, submitted_at=NOON + timedelta(seconds=since + place))
    return people


def test_a_second_builder_leaves_the_first_one_alone(monkeypatch):
    one = make_contest().rounds.get()
    stand(one, 3)
    second = []

    def wait():
        if not second:
            second.append(None)
            second.append(elsewhere(lambda: build_ladders(now=LATER, from_lines=3)))
        return True

    monkeypatch.setattr(building, "is_known_to_all", wait)

    assert build_ladders(now=LATER, from_lines=3) == 1

    assert second == [None, 0]
    assert Ladder.objects.get().is_ready
    assert check_ladders(apply=False) == 0


def test_places_that_a_line_overtook_are_not_ready_though_another_builder_asks_again(monkeypatch):
    """Two builders, as when the first one's lock is lost: it has copied the places, a line comes, the second asks."""
    one = make_contest().rounds.get()
    people = stand(one, 4)
    build_ladders(now=CLOSED, from_lines=1)
    ladder = Ladder.objects.get()
    known, mark_ready = [True, False], places._mark_ready

    def overtaken(*told):
        monkeypatch.setattr(places, "_mark_ready", mark_ready)
        elsewhere(lambda: record(person=make_person(), round=one, correct=3, submitted_at=NOON - timedelta(seconds=1)))
        assert not elsewhere(lambda: places.place_lines(ladder, one, None))
        return mark_ready(*told)

    monkeypatch.setattr(places, "is_known_to_all", lambda: known.pop(0))
    monkeypatch.setattr(places, "_mark_ready", overtaken)

    assert not places.place_lines(ladder, one, None)

    assert (Ladder.objects.get().places, Place.objects.count(), known) == (PlacesState.ASKED, 0, [])
    assert find_line(board_of(one, final=True), person_id=people[0].pk).rank == 2
    known.append(True)
    build_ladders(now=CLOSED, from_lines=1)
    assert (Ladder.objects.get().places, Place.objects.count()) == (PlacesState.READY, 5)
    assert find_line(board_of(one, final=True), person_id=people[0].pk).rank == 2
    assert check_ladders(apply=False) == 0


@pytest.mark.parametrize("step", ["_span", "_count"])
def test_a_board_that_fails_holds_up_no_other_and_is_left_alone_for_a_while(monkeypatch, step):
    broken, sound = (make_contest().rounds.get() for _ in range(2))
    people = stand(broken, 3)
    stand(sound, 3)
    work, tried = getattr(building, step), []

    def fail(what, **more):
        one = what.round if step == "_span" else Ladder.objects.get(pk=what).round
        tried.append(one.pk)
        if one == broken:
            raise OperationalError("canceling statement due to statement timeout")
        return work(what, **more)

    monkeypatch.setattr(building, step, fail)

    with capture_logs() as logs:
        assert build_ladders(now=LATER, from_lines=3) == 1
    assert build_ladders(now=LATER + timedelta(minutes=4), from_lines=3) == 0

    told = {"event": "board_not_built", "log_level": "warning", "error": "OperationalError"}
    assert logs == [{**told, "round": str(broken.uuid), "key_version": 1}]
    assert tried == [broken.pk, sound.pk]
    assert list(Ladder.objects.order_by("round").values_list("round", "is_ready")) == [
        (broken.pk, False), (sound.pk, True)
    ]  # fmt: skip
    assert find_line(board_of(broken, final=False), person_id=people[2].pk).rank == 3
    monkeypatch.setattr(building, step, work)
    assert build_ladders(now=LATER + timedelta(minutes=5), from_lines=3) == 1
    assert check_ladders(apply=False) == 0


def test_places_that_fail_leave_the_ladder_and_the_other_boards(monkeypatch):
    broken, sound = (make_contest().rounds.get() for _ in range(2))
    for one in (broken, sound):
        stand(one, 3)
    build_ladders(now=CLOSED, from_lines=3)
    store, tried = places._store, []

    def fail(ladder_id, board, token):
        tried.append(board.round_id)
        if board.round_id == broken.pk:
            raise OperationalError("canceling statement due to statement timeout")
        return store(ladder_id, board, token)

    monkeypatch.setattr(places, "_store", fail)

    for _ in range(2):
        build_ladders(now=CLOSED, from_lines=3)

    assert tried == [broken.pk, sound.pk]
    assert list(Ladder.objects.order_by("round").values_list("round", "is_ready", "places")) == [
        (broken.pk, True, PlacesState.ASKED), (sound.pk, True, PlacesState.READY)
    ]  # fmt: skip


def test_a_ladder_built_early_is_built_anew_once_its_steps_have_doubled(monkeypatch):
    """Five lines of the first four seconds of a round, then later ones: left alone it would have a step a second."""
    monkeypatch.setattr(building, "STEPS", 4)
    one = make_contest().rounds.get()
    stand(one, 5)
    assert build_ladders(now=LATER, from_lines=3) == 1
    early = Ladder.objects.get().width

    stand(one, 2, since=7)
    fold_rungs()
    assert build_ladders(now=LATER, from_lines=3) == 0
    people = stand(one, 2, since=3000)
    fold_rungs()
    assert build_ladders(now=LATER, from_lines=3) == 1

    assert (early, Ladder.objects.get().width) == (1_000_001, 750_250_001)
    taken = Rung.objects.filter(ladder=Ladder.objects.get()).values_list("step", flat=True)
    assert max(taken) - min(taken) <= 4
    assert build_ladders(now=LATER, from_lines=3) == 0
    assert find_line(board_of(one, final=False), person_id=people[1].pk).rank == 7
    assert check_ladders(apply=False) == 0


def test_a_line_that_is_written_during_the_check_is_no_fault_of_the_places(monkeypatch):
    one = make_contest().rounds.get()
    stand(one, 3)
    for _ in range(2):
        build_ladders(now=CLOSED, from_lines=1)
    is_wrong, compared = ladders.are_places_wrong, []

    def compare(ladder):
        elsewhere(lambda: record(person=make_person(), round=one, correct=3, submitted_at=NOON - timedelta(seconds=1)))
        compared.append(ladder.places)
        return is_wrong(ladder)

    monkeypatch.setattr(ladders, "are_places_wrong", compare)

    assert check_ladders(apply=True) == 0

    assert compared == [PlacesState.READY]
    assert Ladder.objects.get().places == PlacesState.NONE


@pytest.mark.parametrize("fault", ["a place too few", "a place too many", "another place"])
def test_the_check_finds_every_wrong_place(fault):
    one = make_contest().rounds.get()
    stand(one, 3)
    for _ in range(2):
        build_ladders(now=CLOSED, from_lines=1)
    assert check_ladders(apply=False) == 0
    last = Place.objects.order_by("position").last()
    if fault == "a place too few":
        Place.objects.filter(attempt=last.attempt_id).delete()
    elif fault == "a place too many":
        Place.objects.create(ladder=last.ladder, attempt_id=10**9, rank=4, tied_count=1, position=4)
    else:
        Place.objects.filter(attempt=last.attempt_id).update(position=4)

    assert check_ladders(apply=False) == 1


def test_an_edition_that_is_lifted_meanwhile_gets_no_ladder(monkeypatch):
    one, organizer = make_contest().rounds.get(), make_person()
    stand(one, 3)
    edition = freeze_standings(of=one, actor=organizer, now=LATER)
    monkeypatch.setattr(building, "is_known_to_all", lambda: True)

    def lift_and_build():
        with transaction.atomic():
            unfreeze_standings(of=one, actor=organizer, now=LATER)
            return elsewhere(lambda: build_ladders(now=LATER, from_lines=3))

    # The round's own board alone; the edition still reads as one that is shown.
    assert lift_and_build() == 1

    assert list(Ladder.objects.values_list("edition", "is_ready")) == [(None, True)]
    # Nor does one that was read before it was lifted.
    assert building._announce(building._Large(one, 1, edition, 3), width=1) is None
