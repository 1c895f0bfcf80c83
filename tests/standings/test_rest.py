"""The boards and the own result over HTTP."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from backend.attempts.models import Attempt
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def one():
    return make_contest(rules={"attempts_per_round": None}).rounds.get()


@pytest.fixture
def during():
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def after_close():
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        yield


def test_a_board_shows_masked_lines_and_the_own_one(client, one, during):
    ward = make_unit(name="Phường Ba Đình")
    me = make_person(name="Trần Văn Bình", territory=ward)
    record(person=make_person(name="Nguyễn Thị An"), round=one, correct=3, prediction=7, used_ms=5000)
    record(person=me, round=one, correct=2, prediction=9, territory=ward, used_ms=6000)
    client.force_login(me)

    body = client.get(f"/api/rounds/{one.uuid}/standings").json()

    other = {
        "rank": 1, "tied": False, "name": "N. T. An", "unit_name": "", "correct_count": 3, "points": None,
        "item_count": 3, "used_ms": 5000, "submitted_at": "2026-11-18T12:00:00+07:00",
        "prediction": None, "is_me": False,
    }  # fmt: skip
    mine = {
        "rank": 2, "tied": False, "name": "T. V. Bình", "unit_name": "Phường Ba Đình", "correct_count": 2,
        "points": None, "item_count": 3, "used_ms": 6000, "submitted_at": "2026-11-18T12:00:00+07:00",
        "prediction": 9, "is_me": True,
    }  # fmt: skip
    assert body.pop("version") > 0
    assert body.pop("epoch").startswith("1.")
    assert body.pop("as_of")
    assert body == {
        "topic": f"round:{one.uuid}",
        "frozen": False,
        "frozen_at": None,
        "provisional": True,
        "final": False,
        "edition": None,
        "editions": [],
        "result_shown_at": None,
        "ranking": ["correct", "prediction", "earliest"],
        "prediction_asked": {
            "kind": "all_correct_people",
            "label": "Bao nhiêu người sẽ trả lời đúng hết các câu hỏi?",
            "min": 0,
            "max": 10_000_000,
            "decimals": 0,
        },
        "unit": None,
        "corrected": None,
        "totals": {"people": 2, "entries": 2, "all_correct": 1},
        "results": [other, mine],
        "mine": mine,
        "next": None,
    }


def test_predictions_decide_and_show_once_the_round_is_final(client, one, after_close):
    record(person=make_person(name="A Xa"), round=one, correct=3, prediction=90, submitted_at=NOON)
    record(
        person=make_person(name="B Gần"), round=one, correct=3, prediction=2, submitted_at=NOON + timedelta(minutes=1)
    )

    body = client.get(f"/api/rounds/{one.uuid}/standings").json()

    assert (body["frozen"], body["provisional"], body["final"]) == (False, False, False)
    assert [(line["name"], line["prediction"]) for line in body["results"]] == [("B. Gần", 2), ("A. Xa", 90)]


def test_a_round_is_not_final_while_an_attempt_is_open(client, one, after_close):
    record(person=make_person(), round=one, correct=3)
    Attempt.objects.update(state="open", submitted_at=None)

    assert client.get(f"/api/rounds/{one.uuid}/standings").json()["provisional"] is True


def test_pages_follow_each_other_and_refuse_a_changed_cursor(client, one, during):
    for minute in range(5):
        record(person=make_person(), round=one, correct=3, submitted_at=NOON + timedelta(minutes=minute))
    url = f"/api/rounds/{one.uuid}/standings"

    first = client.get(url, {"limit": 2}).json()
    second = client.get(url, {"limit": 2, "after": first["next"]}).json()
    third = client.get(url, {"limit": 2, "after": second["next"]}).json()

    assert [line["rank"] for page in (first, second, third) for line in page["results"]] == [1, 2, 3, 4, 5]
    assert third["next"] is None
    changed = client.get(url, {"after": first["next"][:-2] + "xx"})
    assert (changed.status_code, changed.json()["code"]) == (400, "cursor_refused")
    foreign = client.get(f"/api/rounds/{make_contest().rounds.get().uuid}/standings", {"after": first["next"]})
    assert foreign.json()["code"] == "cursor_refused"


@pytest.mark.parametrize("limit", ["0", "101", "1000000000", "x"])
def test_an_impossible_limit_is_refused(client, one, limit):
    response = client.get(f"/api/rounds/{one.uuid}/standings", {"limit": limit})

    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")


def test_unknown_units_rounds_and_party_organizations_are_not_found(client, one):
    party = make_unit(facet="party", name="Đảng bộ")
    record(person=make_person(), round=one, correct=3, party=party)

    for url in (
        f"/api/rounds/{one.uuid}/standings?unit=00000000-0000-4000-8000-000000000000",
        f"/api/rounds/{one.uuid}/standings?unit={party.uuid}",
        "/api/rounds/00000000-0000-4000-8000-000000000000/standings",
    ):
        assert client.get(url).status_code == 404


def test_a_page_takes_the_same_queries_however_many_lines(client, one, during, django_assert_num_queries):
    me = make_person()
    record(person=me, round=one, correct=1)
    client.force_login(me)
    url = f"/api/rounds/{one.uuid}/standings"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as alone:
        client.get(url)
    for _ in range(3):
        record(person=make_person(territory=make_unit()), round=one, correct=2)

    with django_assert_num_queries(len(alone)):
        assert len(client.get(url).json()["results"]) == 4


def test_the_own_result_tells_score_and_ranks_and_hides_keys_before_release(client, one, during):
    ward = make_unit(name="Phường Ba Đình")
    me = make_person(territory=ward)
    record(person=make_person(), round=one, correct=3)
    result = record(person=me, round=one, correct=2, territory=ward, prediction=4)
    client.force_login(me)

    body = client.get(f"/api/attempts/{result.attempt.uuid}/result").json()

    assert body["ranks"] == {
        "round": {"rank": 2, "of": 2},
        "territory": {
            "rank": 1,
            "of": 1,
            "unit": {
                "id": str(ward.uuid), "facet": "territory", "code": ward.code, "name": "Phường Ba Đình",
                "type": "phuong", "parent_name": None,
            },
        },
        "workplace": None,
    }  # fmt: skip
    assert (body["correct_count"], body["item_count"], body["prediction"], body["state"]) == (2, 3, 4, "submitted")
    assert (body["provisional"], body["keys_released"], body["items"]) == (True, False, None)


def test_another_persons_result_is_not_found_and_an_open_attempt_has_none(client, one, during):
    me = make_person()
    foreign = record(person=make_person(), round=one, correct=2)
    own = record(person=me, round=one, correct=2)
    Attempt.objects.filter(pk=own.attempt_id).update(state="open", submitted_at=None)

    assert client.get(f"/api/attempts/{foreign.attempt.uuid}/result").status_code == 401
    client.force_login(me)
    assert client.get(f"/api/attempts/{foreign.attempt.uuid}/result").status_code == 404
    response = client.get(f"/api/attempts/{own.attempt.uuid}/result")
    assert (response.status_code, response.json()["code"]) == (409, "attempt_open")


def test_the_command_says_whether_the_lines_are_right(one, capsys):
    record(person=make_person(), round=one, correct=2)

    call_command("rebuild_standings", "--check")

    assert capsys.readouterr().out == '{"mismatch_count": 0, "is_applied": false, "editions": [], "ladders": 0}\n'
