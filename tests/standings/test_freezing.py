"""Frozen boards, and what a freeze must not let through; final publication and what is published anew."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.core.errors import UserError
from backend.infra import keys
from backend.standings import services
from backend.standings.boards import Asked, read_board
from backend.standings.enums import EditionKind
from backend.standings.errors import (
    BoardAlreadyFrozen,
    BoardNotFrozen,
    BoardPublished,
    OwnPublication,
    PublicationStateRefused,
    RoundNotOver,
)
from backend.standings.models import BoardState, BoardStep, Edition, EditionCount, EditionLine
from backend.standings.services.editions import cut_edition
from backend.standings.topics import build_tick, parse_topic
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, assert_exact, compute, correct, pool_of, propose, sit
from tests.results.voiding import reinstate, void

pytestmark = pytest.mark.django_db
AFTER = NOON + timedelta(days=2)


@pytest.fixture
def one() -> Round:
    contest = make_contest(key="hoi-thi", question_count=3, pool_size=3, rules={"attempts_per_round": None})
    return contest.rounds.select_related("contest").get()


@pytest.fixture
def staff() -> Person:
    return make_person(name="Nguyễn Biên Tập", roles=[Role.ORGANIZER])


def client_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def board(one, *, person=None, now=NOON, **asked):
    one.contest.refresh_from_db()
    return read_board(one, asked=Asked(limit=50, **asked), person=person, now=now)


def seen(shown):
    """What a reader of a board learns of the persons."""
    return shown["results"], shown["mine"], shown["totals"]


def tick(one, unit=None):
    name = keys.unit_topic(one.uuid, unit.uuid) if unit else keys.round_topic(one.uuid)
    return build_tick(parse_topic(name), now=NOON)


def test_nothing_recorded_after_the_freeze_leaks_through(one, staff):
    wrong, ward, office = pool_of(one.contest)[0], make_unit(name="Phường A"), make_unit(facet="workplace")
    hoa = make_person(name="Lê Thị Hoa", territory=ward, workplace=office)
    first = sit(one, hoa, choices={wrong.pk: {4}})
    sit(one, make_person(name="Trần Văn An", territory=ward))
    before = {
        "round": board(one, person=hoa), "ward": board(one, unit=ward.uuid), "office": board(one, unit=office.uuid),
        "result": client_of(hoa).get(f"/api/attempts/{first.uuid}/result").json()["ranks"],
    }  # fmt: skip
    ticks = [tick(one).data, tick(one, ward).data]

    services.freeze_standings(of=one, actor=staff, now=NOON + timedelta(hours=1), reason="Giữ kết quả đến lễ trao giải")
    late = make_person(name="Người Đến Sau", territory=ward)
    better = sit(one, hoa, at=NOON + timedelta(hours=2))
    of_late = sit(one, late, at=NOON + timedelta(hours=2))
    # Rows recorded with an earlier time are later all the same: they were not on the board.
    sit(one, make_person(name="Nộp Sớm Ghi Muộn", territory=ward), at=NOON - timedelta(minutes=30))

    assert seen(board(one, person=hoa)) == seen(before["round"])
    assert seen(board(one, unit=ward.uuid)) == seen(before["ward"])
    assert seen(board(one, unit=office.uuid)) == seen(before["office"])
    assert (board(one)["frozen"], board(one)["frozen_at"]) == (True, NOON + timedelta(hours=1))
    assert board(one, person=late)["mine"] is None
    told = client_of(late).get(f"/api/attempts/{of_late.uuid}/result").json()
    assert (told["ranks"], told["correct_count"]) == ({"round": None, "territory": None, "workplace": None}, 3)
    told = client_of(hoa).get(f"/api/attempts/{better.uuid}/result").json()
    assert (told["ranks"], told["frozen_at"]) == (before["result"], "2026-11-18T13:00:00+07:00")
    frozen_at = (NOON + timedelta(hours=1)).isoformat()
    assert [tick(one).data, tick(one, ward).data] == [{**data, "frozen_at": frozen_at} for data in ticks]
    everything = str([board(one), board(one, unit=ward.uuid), tick(one).data, tick(one, ward).data])
    assert [name for name in ("Đ. Sau", "G. Muộn") if name in everything] == []
    assert services.edition_differences() == []
    assert_exact()


def test_organizers_see_the_live_board_and_nobody_else_does(one, staff):
    citizen = make_person(territory=make_unit())
    services.freeze_standings(of=one, actor=staff, now=NOON)
    sit(one, citizen)
    path = f"/api/rounds/{one.uuid}/standings"

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        live = client_of(staff).get(path, {"live": "true"}).json()
        public = client_of(staff).get(path).json()
        refused = [client_of(person).get(path, {"live": "true"}).status_code for person in (None, citizen)]

    assert (live["frozen"], live["frozen_at"], live["totals"]["people"]) == (False, "2026-11-18T12:00:00+07:00", 1)
    assert (public["frozen"], public["results"], public["totals"]["people"]) == (True, [], 0)
    assert refused == [401, 403]


def test_voidings_and_regrades_show_only_once_the_board_goes_on(one, staff):
    wrong, ward = pool_of(one.contest)[0], make_unit()
    voided = sit(one, make_person(territory=ward))
    sit(one, make_person(territory=ward), choices={wrong.pk: {4}})
    before, epoch = seen(board(one)), board(one)["epoch"]

    services.freeze_standings(of=one, actor=staff, now=NOON)
    frozen_epoch = board(one)["epoch"]
    voiding = void(voided)
    apply(compute(propose(one.contest, correct(wrong, 4))))

    assert seen(board(one)) == before
    assert board(one)["epoch"] == frozen_epoch != epoch
    services.unfreeze_standings(of=one, actor=staff, now=NOON, reason="Đã trao giải")
    shown = board(one)
    assert ([line["correct_count"] for line in shown["results"]], shown["totals"]) == (
        [3],
        {"people": 1, "entries": 1, "all_correct": 1},
    )
    assert shown["epoch"] not in {epoch, frozen_epoch}
    assert (EditionLine.objects.count(), EditionCount.objects.count()) == (0, 0)
    reinstate(voiding)
    assert_exact()
    assert list(BoardStep.objects.values_list("move", "actor", "reason")) == [
        ("freeze", staff.pk, ""),
        ("unfreeze", staff.pk, "Đã trao giải"),
    ]


def test_pages_of_a_frozen_board_and_of_the_live_one_do_not_mix(one, staff):
    for number in range(3):
        sit(one, make_person(territory=make_unit()), at=NOON + timedelta(minutes=number))
    live = read_board(one, asked=Asked(limit=1), person=None, now=NOON)
    services.freeze_standings(of=one, actor=staff, now=NOON)

    first = read_board(one, asked=Asked(limit=1), person=None, now=NOON)
    second = read_board(one, asked=Asked(limit=5, after=first["next"]), person=None, now=NOON)

    assert [line["rank"] for line in first["results"] + second["results"]] == [1, 2, 3]
    with pytest.raises(UserError) as refused:
        read_board(one, asked=Asked(limit=1, after=live["next"]), person=None, now=NOON)
    assert refused.value.code == "cursor_refused"


def test_a_freeze_that_died_half_way_is_finished_by_the_next_worker(one, staff):
    person = make_person(territory=make_unit())
    sit(one, person, skipped={pool_of(one.contest)[0].pk})
    before = seen(board(one))
    edition = cut_edition(one, kind=EditionKind.FREEZE, key_version=1, is_final=False, now=NOON)
    BoardState.objects.create(round=one, frozen=edition)
    void(sit(one, person, at=NOON + timedelta(hours=1)))

    assert board(one)["frozen"] is False
    assert services.fill_editions(now=NOON + timedelta(hours=2)) == 1
    assert services.fill_editions(now=NOON + timedelta(hours=2)) == 0

    assert board(one)["frozen"] is True
    assert seen(board(one)) == before


def test_a_kept_board_that_differs_from_its_rows_is_found(one, staff):
    sit(one, make_person(territory=make_unit()))
    edition = services.freeze_standings(of=one, actor=staff, now=NOON)
    assert services.edition_differences() == []

    EditionLine.objects.update(used_ms=1)
    EditionCount.objects.filter(facet="all").update(people=2)

    assert services.edition_differences() == [
        f"{edition}: 2 rows of standings_editionline differ",
        f"{edition}: 2 rows of standings_editioncount differ",
    ]


def test_what_cannot_be_done_with_a_board(one, staff):
    second = make_person()

    def refused(act, actor=staff, now=NOON):
        with pytest.raises(UserError) as found:
            act(of=one, actor=actor, now=now)
        return type(found.value)

    assert refused(services.unfreeze_standings) is BoardNotFrozen
    services.freeze_standings(of=one, actor=staff, now=NOON)
    assert refused(services.freeze_standings) is BoardAlreadyFrozen
    assert refused(services.propose_publication) is RoundNotOver
    assert refused(services.confirm_publication, actor=second) is PublicationStateRefused
    assert refused(services.withdraw_publication) is PublicationStateRefused
    services.propose_publication(of=one, actor=staff, now=AFTER)
    assert refused(services.propose_publication, now=AFTER) is PublicationStateRefused
    assert refused(services.confirm_publication, now=AFTER) is OwnPublication
    services.confirm_publication(of=one, actor=second, now=AFTER)
    assert refused(services.freeze_standings, now=AFTER) is BoardPublished
    assert refused(services.propose_publication, now=AFTER) is BoardPublished


def test_nothing_is_published_while_an_attempt_is_open(one, staff):
    start_attempt(person=make_person(territory=make_unit()), round=one, now=NOON)

    with pytest.raises(RoundNotOver):
        services.propose_publication(of=one, actor=staff, now=AFTER)


def test_what_is_corrected_later_is_published_anew_and_both_stay_readable(one, staff):
    wrong, ward = pool_of(one.contest)[0], make_unit()
    voided = sit(one, make_person(name="Lê Thị Hoa", territory=ward))
    sit(one, make_person(name="Trần Văn An", territory=ward), choices={wrong.pk: {4}})
    services.freeze_standings(of=one, actor=staff, now=NOON)
    services.propose_publication(of=one, actor=staff, now=AFTER)
    assert (board(one, now=AFTER)["final"], board(one, now=AFTER)["frozen"]) == (False, True)

    services.confirm_publication(of=one, actor=make_person(), now=AFTER, reason="Đã đối chiếu")
    first = board(one, now=AFTER)
    voiding = void(voided)
    services.fill_editions(now=AFTER)
    second = board(one, now=AFTER)
    apply(compute(propose(one.contest, correct(wrong, 4))))
    services.fill_editions(now=AFTER)
    third = board(one, now=AFTER)
    reinstate(voiding)
    services.fill_editions(now=AFTER)
    fourth = board(one, now=AFTER)

    boards = [first, second, third, fourth]
    assert [(shown["final"], shown["frozen"], shown["edition"]) for shown in boards] == [
        (True, False, number) for number in (1, 2, 3, 4)
    ]
    assert [[(line["name"], line["correct_count"]) for line in shown["results"]] for shown in boards] == [
        [("L. T. Hoa", 3), ("T. V. An", 2)],
        [("T. V. An", 2)],
        [("T. V. An", 3)],
        [("T. V. An", 3), ("L. T. Hoa", 2)],
    ]
    assert len({shown["epoch"] for shown in boards}) == 4
    # Every edition shows what was the board at its time.
    for number, shown in enumerate(boards, start=1):
        assert seen(board(one, now=AFTER, edition=number)) == seen(shown)
    assert [edition["number"] for edition in fourth["editions"]] == [4, 3, 2, 1]
    with time_machine.travel(AFTER, tick=False):
        path = f"/api/rounds/{one.uuid}/standings"
        answers = [client_of(None).get(path, {"edition": number}) for number in (1, 5)]
    assert (answers[0].json()["results"][0]["name"], answers[1].status_code) == ("L. T. Hoa", 404)
    moves = list(BoardStep.objects.values_list("move", flat=True))
    assert moves == ["freeze", "propose", "publish", "correct", "correct", "correct"]
    assert services.edition_differences() == []
    assert_exact()


def test_a_frozen_edition_is_not_read_by_its_number(one, staff):
    edition = services.freeze_standings(of=one, actor=staff, now=NOON)

    assert (Edition.objects.get().number, edition.number) == (1, 1)
    with pytest.raises(UserError):
        board(one, edition=1)
