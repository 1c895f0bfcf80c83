"""What is the same for everybody is read once a version; nobody is shown an older one, nor what is another's."""

from datetime import timedelta
from itertools import count
from random import randrange

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.infra import reading
from backend.infra.kept import Kept
from backend.infra.reading import Stamp
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def during():
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def written(monkeypatch):
    """Stand still between reads: other tests write to the same server, and each of their commits is a version."""
    versions = count(10**12 + randrange(10**9) * 10)

    def write():
        monkeypatch.setattr(reading, "_VERSION", f"SELECT {next(versions)}")

    write()
    return write


def _get(client, address):
    with CaptureQueriesContext(connection) as made:
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.json(), len(made)


def test_a_board_is_read_once_a_version_and_shows_each_their_own(client, during, written):
    one, ward = make_contest().rounds.get(), make_unit()
    people = [make_person(territory=ward) for _ in range(2)]
    for person in people:
        record(person=person, round=one, correct=2, prediction=person.pk, territory=ward)
    address = f"/api/rounds/{one.uuid}/standings"
    client.force_login(people[0])
    first, asked = _get(client, address)

    again, asked_again = _get(client, address)
    client.force_login(people[1])
    others, _ = _get(client, address)

    assert asked_again < asked
    assert {**again, "as_of": first["as_of"]} == first
    assert [(line["is_me"], line["prediction"]) for line in first["results"]] == [(True, people[0].pk), (False, None)]
    assert [(line["is_me"], line["prediction"]) for line in others["results"]] == [(False, None), (True, people[1].pk)]

    record(person=make_person(), round=one, correct=3)
    written()

    newer, asked_anew = _get(client, address)
    assert newer["version"] > first["version"]
    assert [line["correct_count"] for line in newer["results"]] == [3, 2, 2]
    assert newer["totals"]["people"] == 3
    assert asked_anew == asked


def test_a_table_is_read_once_a_version_and_hides_from_each_what_is_hidden(client, during, written):
    one, ward = make_contest().rounds.get(), make_unit()
    record(person=make_person(territory=ward), round=one, correct=3, territory=ward)
    organizer = make_person(roles=["organizer"])
    address = f"/api/rounds/{one.uuid}/participation?facet=territory"
    client.force_login(organizer)
    exact, asked = _get(client, address)

    again, asked_again = _get(client, address)
    # Beside the organizer, who has read this very version: to sign in would be to write.
    public, _ = _get(Client(), address)

    assert [row["people"] for row in exact["results"] if row["unit"]["id"] == str(ward.uuid)] == [1]
    assert [row["people"] for row in public["results"] if row["unit"]["id"] == str(ward.uuid)] == [None]
    assert asked_again < asked
    assert again["results"] == exact["results"]

    record(person=make_person(), round=one, correct=3, territory=ward)
    written()

    newer, _ = _get(client, address)
    assert [row["people"] for row in newer["results"] if row["unit"]["id"] == str(ward.uuid)] == [2]


def test_the_oldest_is_forgotten_and_nothing_is_kept_within_a_transaction():
    kept, alone, within = Kept[int](most=2), Stamp(7, NOON, is_alone=True), Stamp(7, NOON, is_alone=False)

    def get(name, stamp, number):
        return kept.get(name, stamp, lambda: number)

    assert [get("a", within, 1), get("a", alone, 2), get("b", alone, 3), get("c", alone, 4)] == [1, 2, 3, 4]
    assert [get("c", alone, 9), get("b", alone, 9), get("a", alone, 9)] == [4, 3, 9]
    assert get("a", Stamp(8, NOON, is_alone=True), 10) == 10
