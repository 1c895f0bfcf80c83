"""Participation and monitor over HTTP: exact for those who answer for it, small cells hidden from everybody else."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command

from backend.accounts.enums import Role
from backend.core.rules.prizes import Prize
from backend.participation.models import Counter
from backend.participation.services import drain_all
from backend.units.models import Headcount
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _during():
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def one():
    return make_contest(rounds=2).rounds.get(number=1)


def enter(one, ward, count, **fields):
    for _ in range(count):
        record(person=make_person(), round=one, territory=ward, **fields)


def read(client, one, **params):
    response = client.get(f"/api/rounds/{one.uuid}/participation", params)
    assert response.status_code == 200
    return response.json()


def cells(body):
    return {line["unit"]["name"]: (line["people"], line["suppressed"]) for line in body["results"]}


def test_the_board_sees_every_cell_with_share_where_a_headcount_is_known(client, one):
    big = make_unit(name="Phường Ba Đình", tile_col=3, tile_row=4, area_km2=2.97)
    make_unit(name="Phường Vắng")
    Headcount.objects.create(unit=big, count=1000, as_of=date(2026, 1, 1), source="Niên giám 2026")
    Headcount.objects.create(unit=big, count=500, as_of=date(2025, 1, 1), source="Niên giám 2025")
    # Of a day that has not come: nobody can have counted it.
    Headcount.objects.create(unit=big, count=9, as_of=date(9999, 1, 1), source="Niên giám 9999")
    enter(one, big, 2, correct=3)
    client.force_login(make_person(roles=[Role.BOARD]))

    body = read(client, one)

    assert [line.pop("unit")["name"] for line in body["results"]] == ["Phường Ba Đình", "Phường Vắng"]
    assert body["results"] == [
        {
            "people": 2,
            "entries": 2,
            "all_correct": 2,
            "headcount": {"count": 1000, "as_of": "2026-01-01", "source": "Niên giám 2026"},
            "share": 0.002,
            "suppressed": False,
        },
        {"people": 0, "entries": 0, "all_correct": 0, "headcount": None, "share": None, "suppressed": False},
    ]
    assert body["totals"] == {"people": 2, "entries": 2, "all_correct": 2}
    assert body["hours"] == [{"hour": "2026-11-18T12:00:00+07:00", "entries": 2, "people": 2}]
    assert set(body["definitions"]) == {"entries", "people", "all_correct"}


def test_a_ward_tells_its_place_and_shape(client, one):
    make_unit(name="Phường Ba Đình", tile_col=3, tile_row=4, area_km2=2.97)

    unit = read(client, one)["results"][0]["unit"]

    assert (unit["tile"], unit["area_km2"], unit["has_children"]) == ({"col": 3, "row": 4}, 2.97, False)


def test_the_public_sees_neither_a_small_cell_nor_the_one_that_would_reveal_it(client, one):
    small, middle, large = (make_unit(name=name) for name in ("Xã Nhỏ", "Xã Vừa", "Xã Lớn"))
    make_unit(name="Xã Vắng")
    enter(one, small, 2)
    enter(one, middle, 5)
    enter(one, large, 6)

    hidden = cells(read(client, one))
    client.force_login(make_person(roles=[Role.ORGANIZER]))
    exact = cells(read(client, one))

    assert hidden == {
        "Xã Nhỏ": (None, True),
        "Xã Vừa": (None, True),
        "Xã Lớn": (6, False),
        "Xã Vắng": (0, False),
    }
    assert exact == {"Xã Nhỏ": (2, False), "Xã Vừa": (5, False), "Xã Lớn": (6, False), "Xã Vắng": (0, False)}


def test_a_citizen_is_the_public(client, one):
    enter(one, make_unit(name="Xã Nhỏ"), 2)
    client.force_login(make_person())

    body = read(client, one)

    assert cells(body) == {"Xã Nhỏ": (None, True)}
    assert body["hours"] == [{"hour": "2026-11-18T12:00:00+07:00", "entries": None, "people": None}]


def test_going_down_a_tree_reveals_nothing_that_was_hidden_above(client, one):
    small, other = (make_unit(name=name, facet="party") for name in ("Đảng bộ Nhỏ", "Đảng bộ Vừa"))
    branch = make_unit(name="Chi bộ", facet="party", parent=small)
    leaf = make_unit(name="Chi bộ Vừa", facet="party", parent=other)
    for unit, count in ((branch, 3), (leaf, 7)):
        for _ in range(count):
            record(person=make_person(), round=one, party=unit)

    for parent in (small, other):
        body = read(client, one, facet="party", parent=parent.uuid)
        assert body["totals"] == {"people": None, "entries": None, "all_correct": None}
        assert [line["people"] for line in body["results"]] == [None]
        assert all(hour["people"] is None for hour in body["hours"])
    client.force_login(make_person(roles=[Role.BOARD]))
    assert read(client, one, facet="party", parent=other.uuid)["totals"]["people"] == 7
    assert cells(read(client, one, facet="party")) == {"Đảng bộ Nhỏ": (3, False), "Đảng bộ Vừa": (7, False)}


def test_a_contest_counts_people_once_over_its_rounds(client, one):
    ward = make_unit(name="Phường Ba Đình")
    person = make_person()
    record(person=person, round=one, territory=ward)
    record(person=person, round=one.contest.rounds.get(number=2), territory=ward)
    drain_all()
    client.force_login(make_person(roles=[Role.BOARD]))

    body = client.get(f"/api/contests/{one.contest.key}/participation").json()

    assert body["totals"] == {"people": 1, "entries": 2, "all_correct": 0}
    assert (body["results"][0]["people"], body["results"][0]["entries"]) == (1, 2)


def test_an_unknown_parent_facet_or_round_is_refused(client, one):
    url = f"/api/rounds/{one.uuid}/participation"
    workplace = make_unit(facet="workplace")

    assert client.get(url, {"parent": "00000000-0000-4000-8000-000000000000"}).status_code == 404
    assert client.get(url, {"facet": "territory", "parent": workplace.uuid}).status_code == 404
    assert client.get(url, {"facet": "age"}).status_code == 400
    assert client.get("/api/rounds/00000000-0000-4000-8000-000000000000/participation").status_code == 404


def test_a_table_takes_the_same_queries_however_many_units(client, one, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    enter(one, make_unit(), 1)
    with CaptureQueriesContext(connection) as alone:
        read(client, one)
    for _ in range(3):
        enter(one, make_unit(), 1)

    with django_assert_num_queries(len(alone)):
        read(client, one)


def test_the_monitor_is_for_organizers_and_counts_the_minutes(client, one):
    enter(one, None, 2, submitted_at=NOON + timedelta(minutes=10))
    enter(one, None, 1, submitted_at=NOON + timedelta(minutes=11), state="expired")
    url = f"/api/staff/contests/{one.contest.key}/monitor"

    assert client.get(url).status_code == 401
    client.force_login(make_person(roles=[Role.BOARD]))
    assert (client.get(url).status_code, client.get(url).json()["code"]) == (403, "role_required")
    client.force_login(make_person(roles=[Role.ORGANIZER]))
    body = client.get(url).json()

    figures = {name: body[name] for name in ("started", "open", "submitted", "expired", "answers_saved")}
    assert figures == {"started": 3, "open": 0, "submitted": 2, "expired": 1, "answers_saved": 0}
    assert body["round"]["uuid"] == str(one.uuid)
    assert body["round"]["totals"]["entries"] == 3
    assert len(body["submitted_per_minute"]) == 30
    assert [minute for minute in body["submitted_per_minute"] if minute["count"]] == [
        {"minute": "2026-11-18T12:10:00+07:00", "count": 2}
    ]


def test_the_commands_fold_and_prove_without_any_celery(one, capsys):
    enter(one, None, 1, correct=3)

    call_command("drain", "--once")
    call_command("recount", "--json")

    folded, proved = capsys.readouterr().out.splitlines()
    assert folded == '{"folded": 2}'
    assert '"is_exact": true' in proved
    Counter.objects.filter(facet="all").update(people=7)
    with pytest.raises(SystemExit) as ended:
        call_command("recount")
    assert ended.value.code == 1


def test_anybody_reads_the_prizes_as_the_rulebook_states_them(client):
    prizes = (
        Prize("Giải Nhất", 1, 15_000_000),
        Prize("Giải Ba", 5),
        Prize("Nhất tập thể", amount_vnd=3_000_000, to="unit", by="people", place=1, among="workplace"),
    )
    contest = make_contest(rules={"prizes": prizes})

    told = client.get(f"/api/contests/{contest.key}").json()["rulebook"]["prizes"]

    assert told == [
        {"name": "Giải Nhất", "count": 1, "amount_vnd": 15_000_000, "condition": None},
        {"name": "Giải Ba", "count": 5, "amount_vnd": None, "condition": None},
        {
            "name": "Nhất tập thể",
            "count": 1,
            "amount_vnd": 3_000_000,
            "condition": "hạng 1 về số người dự thi (cơ quan, đoàn thể)",
        },
    ]
    assert client.get(f"/api/contests/{make_contest().key}").json()["rulebook"]["prizes"] == []
