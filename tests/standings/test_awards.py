"""Who receives which prize of a round: as the pure rules say, whatever is stored, and for organizers alone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.contests.models import Contest, Round
from backend.core.ranking import Entry, RankingOrder, rank
from backend.core.rules.prizes import UNIT_GROUPS, Award, Prize, award_persons
from backend.standings import awards, services
from backend.standings.awards import Awards, awards_of
from backend.standings.models import Standing
from backend.standings.moves import compare_round
from backend.units.enums import Facet
from backend.units.models import Headcount, Unit
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose, sit
from tests.results.voiding import reinstate, void
from tests.results_at_hand import record

pytestmark = pytest.mark.django_db

FIRST, SECOND = Prize("Giải Nhất", 1, 500_000), Prize("Giải Nhì", 2)
MOST_PEOPLE = Prize("Phường đông nhất", 1, 1_500_000, "unit", "people", 1)
BEST_SHARE = Prize("Cơ quan tỷ lệ cao nhất", to="unit", by="share", place=1, among="workplace")
RULES: dict[str, Any] = {"prediction": None, "ranking": ("correct",)}
AFTER = NOON + timedelta(days=2)


def contest_with(*prizes: Prize, **rules: Any) -> Contest:
    return make_contest(key="hoi-thi", pool_size=3, rules={**RULES, "prizes": prizes, **rules})


def round_of(contest: Contest) -> Round:
    return contest.rounds.select_related("contest").get()


def client_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return client


def organizer(name: str = "Nguyễn Biên Tập") -> Person:
    return make_person(name=name, roles=[Role.ORGANIZER])


def address(one: Round, contest: str = "hoi-thi") -> str:
    return f"/api/staff/contests/{contest}/boards/{one.uuid}/awards"


def told(found: Awards) -> list[Award]:
    """Return the units' prizes in the words of the pure rules."""
    return [
        Award(one.prize.name, (one.receiver.unit,) if one.receiver else (), tuple(tied.unit for tied in one.tied))
        for one in found.units
    ]


def test_organizers_see_who_receives_what_and_where_lots_are_to_be_drawn():
    one = round_of(contest_with(FIRST, SECOND, MOST_PEOPLE, BEST_SHARE))
    ward, other = make_unit(name="Phường Ba Đình"), make_unit(name="Phường Cửa Nam")
    office, large = (make_unit(name=name, facet="workplace") for name in ("Sở Tư pháp", "Sở Y tế"))
    Headcount.objects.create(unit=office, count=9, as_of=date(2026, 1, 1), source="Sổ cũ")
    Headcount.objects.create(unit=office, count=4, as_of=date(2026, 6, 1), source="Sổ mới")
    Headcount.objects.create(unit=large, count=400, as_of=date(2026, 6, 1), source="Sổ mới")
    record(person=make_person(name="Lê Thị Hoa"), round=one, correct=3, territory=ward, workplace=office)
    for name, unit in (("Trần Văn An", ward), ("Phạm Quốc Bình", other), ("Đỗ Thu Chi", ward)):
        record(person=make_person(name=name), round=one, correct=2, territory=unit, workplace=large)
    uncounted = make_unit(name="Sở Xây dựng", facet="workplace")
    record(person=make_person(name="Vũ Đức Dũng"), round=one, correct=1, workplace=uncounted)

    with time_machine.travel(NOON, tick=False):
        answer = client_of(organizer()).get(address(one))

    def line(place: int, name: str, unit: str, right: int) -> dict[str, Any]:
        return {"rank": place, "name": name, "unit_name": unit, "correct_count": right, "item_count": 3}

    def unit_of(unit: Unit) -> dict[str, Any]:
        return {
            "id": str(unit.uuid), "facet": unit.facet, "code": unit.code, "name": unit.name, "type": "phuong",
            "parent_name": None,
        }  # fmt: skip

    drawn = [
        line(2, "T. V. An", "Phường Ba Đình", 2),
        line(2, "P. Q. Bình", "Phường Cửa Nam", 2),
        line(2, "Đ. T. Chi", "Phường Ba Đình", 2),
    ]
    body = answer.json()
    assert body.pop("as_of") <= "2026-11-18T12:00:00+07:00"
    assert body == {
        "final": False,
        "edition": None,
        "persons": [
            {"prize": "Giải Nhất", "count": 1, "amount_vnd": 500_000,
             "receivers": [line(1, "L. T. Hoa", "Phường Ba Đình", 3)], "receiver_count": 1, "ties": []},
            {"prize": "Giải Nhì", "count": 2, "amount_vnd": None, "receivers": [], "receiver_count": 0,
             "ties": [{"rank": 2, "count": 3, "places": 2, "people": drawn}]},
        ],
        "units": [
            {"prize": "Phường đông nhất", "amount_vnd": 1_500_000, "by": "people", "among": "territory", "place": 1,
             "receiver": {"unit": unit_of(ward), "people": 3, "headcount": None}, "left_out": 0,
             "tied_count": 0, "tied": []},
            {"prize": "Cơ quan tỷ lệ cao nhất", "amount_vnd": None, "by": "share", "among": "workplace", "place": 1,
             "receiver": {"unit": unit_of(office), "people": 1, "headcount": 4}, "left_out": 1,
             "tied_count": 0, "tied": []},
        ],
    }  # fmt: skip
    assert answer["Cache-Control"] == "no-store"


def test_where_the_rulebook_names_no_prize_nobody_receives_one():
    one = round_of(contest_with())
    record(person=make_person(), round=one, correct=3, territory=make_unit())

    body = client_of(organizer()).get(address(one)).json()

    assert (body["persons"], body["units"]) == ([], [])


def test_nobody_but_organizers_learns_who_receives_what():
    one = round_of(contest_with(FIRST, MOST_PEOPLE, result_shown="after_round"))
    elsewhere = make_contest(key="noi-khac")
    citizen = make_person(name="Trần Văn Dò", territory=make_unit())
    record(person=make_person(name="Lê Thị Hoa"), round=one, correct=3, territory=make_unit(name="Phường Ba Đình"))
    asking = [(None, 401), (citizen, 403), (make_person(roles=[Role.BOARD]), 403)]

    refused = [(client_of(person).get(address(one)), status) for person, status in asking]
    lost = client_of(organizer()).get(address(one, elsewhere.key))

    assert [answer.status_code for answer, _ in refused] == [status for _, status in refused]
    assert (lost.status_code, lost.json()["code"]) == (404, "not_found")
    text = "".join(answer.content.decode() for answer in [lost, *(answer for answer, _ in refused)])
    assert [word for word in ("Hoa", "Ba Đình", "Giải") if word in text] == []


def test_the_prizes_of_a_published_edition_stand_and_those_of_the_next_follow_the_corrected_keys():
    one = round_of(contest_with(FIRST, MOST_PEOPLE))
    wrong = pool_of(one.contest)[0]
    ward, other = make_unit(name="Phường Ba Đình"), make_unit(name="Phường Cửa Nam")
    sit(one, make_person(name="Lê Thị Hoa", territory=ward))
    sit(one, make_person(name="Trần Văn An", territory=other), choices={wrong.pk: {4}})
    leaving = sit(one, make_person(name="Phạm Văn Ba", territory=other), choices={wrong.pk: {3}})
    client, second = client_of(organizer()), organizer("Trần Thẩm Định")

    def shown() -> tuple[Any, ...]:
        services.fill_editions(now=AFTER)
        body = client.get(address(one)).json()
        receivers = [line["name"] for line in body["persons"][0]["receivers"]]
        unit = body["units"][0]
        return body["edition"], receivers, unit["receiver"]["unit"]["name"] if unit["receiver"] else unit["tied_count"]

    with time_machine.travel(AFTER, tick=False):
        live = shown()
        services.propose_publication(of=one, actor=organizer(), now=AFTER, reason="")
        services.confirm_publication(of=one, actor=second, now=AFTER, reason="")
        published = shown()
        regrade = compute(propose(one.contest, correct(wrong, 4)))
        still = shown()
        apply(regrade)
        corrected = shown()
        voiding = void(leaving)
        without = shown()
        reinstate(voiding)
        again = shown()

    assert live == (None, ["L. T. Hoa"], "Phường Cửa Nam")
    assert (published, still) == ((1, ["L. T. Hoa"], "Phường Cửa Nam"), published)
    assert corrected == (2, ["T. V. An"], "Phường Cửa Nam")
    # A voided attempt takes its person out of the ward's number: a ward can lose its prize by it.
    assert without == (3, ["T. V. An"], 2)
    assert again == (4, ["T. V. An"], "Phường Cửa Nam")


def test_a_regrade_leaves_every_units_prize_where_it_was():
    prizes = [Prize(f"Hạng {place}", to="unit", by=by, place=place) for place in (1, 2) for by in ("people", "share")]
    one = round_of(contest_with(*prizes))
    wrong = pool_of(one.contest)[0]
    wards = [make_unit() for _ in range(3)]
    for number, ward in enumerate(wards, start=1):
        Headcount.objects.create(unit=ward, count=number**3, as_of=date(2026, 1, 1), source="Sổ")
        for index in range(number):
            sit(one, make_person(territory=ward), choices={wrong.pk: {4}} if index % 2 else None)
    compute(propose(one.contest, correct(wrong, 4)))

    before, after = (awards_of(one, final=True, key_version=version) for version in (1, 2))

    few, some, many = (str(ward.pk) for ward in wards)
    assert told(before) == [
        Award("Hạng 1", (many,)), Award("Hạng 1", (few,)), Award("Hạng 2", (some,)), Award("Hạng 2", (some,)),
    ]  # fmt: skip
    assert after == before


def test_the_groups_of_units_are_the_facets_of_units():
    assert list(UNIT_GROUPS) == Facet.values


def test_however_many_are_tied_as_many_are_read(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(awards, "MOST_LINES", 2)
    one = round_of(contest_with(FIRST, SECOND, Prize("Giải Ba", 3)))
    numbers = []
    for people in (2, 8):
        for _ in range(people):
            record(person=make_person(), round=one, correct=3)
        with django_assert_num_queries(5 if people > 2 else 1):
            numbers.append(awards_of(one, final=True).persons)

    assert [
        [(one.receiver_count, [(tie.count, tie.places, len(tie.lines)) for tie in one.ties]) for one in found]
        for found in numbers
    ] == [
        [(0, [(2, 1, 2)]), (0, [(2, 1, 2)]), (0, [])],
        [(0, [(10, 1, 2)]), (0, [(10, 2, 2)]), (0, [(10, 3, 2)])],
    ]


def _standings(one: Round, persons: list[Person], right: list[int | None], key_version: int) -> list[Entry]:
    """Store lines as scoring leaves them, and return the same as the pure rules see them."""
    entries = [
        Entry(person.pk, count, 1000, NOON)
        for person, count in zip(persons, right, strict=False)
        if count is not None
    ]  # fmt: skip
    Standing.objects.bulk_create(
        Standing(
            round=one, key_version=key_version, person_id=entry.entry_id, attempt_id=entry.entry_id,
            result_id=entry.entry_id, correct_count=entry.correct_count, item_count=3, used_ms=1000, submitted_at=NOON,
        )
        for entry in entries
    )  # fmt: skip
    return entries


def _prizes(counts: list[int]) -> tuple[Prize, ...]:
    return tuple(Prize(f"Giải {index}", count) for index, count in enumerate(counts, start=1))


@contextmanager
def undone() -> Iterator[None]:
    """Leave nothing of an example to the next one, whatever becomes of it."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


places = st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9)
examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@examples
@given(right=places, counts=st.lists(st.integers(1, 4), max_size=4), most_lines=st.integers(1, 10))
def test_stored_prizes_equal_the_pure_ones(db, monkeypatch, right, counts, most_lines):
    with undone():
        _compare_awards(monkeypatch, right, counts, most_lines)


def _compare_awards(monkeypatch, right, counts, most_lines):
    monkeypatch.setattr(awards, "MOST_LINES", most_lines)
    one = round_of(contest_with(*_prizes(counts)))
    entries = _standings(one, [make_person() for _ in right], right, 1)

    found = awards_of(one, final=True).persons

    placings = rank(entries, order=RankingOrder(("correct",)))
    pure = award_persons(_prizes(counts), placings)
    tied = Counter(placing.rank for placing in placings)
    assert [award.prize.name for award in found] == [award.prize for award in pure]
    assert [award.receiver_count for award in found] == [len(award.to) for award in pure]
    assert [sum(tie.count for tie in award.ties) for award in found] == [len(award.undecided) for award in pure]
    assert all(tie.count == tied[tie.rank] for award in found for tie in award.ties)
    # Every place that somebody has reached is received or to be drawn for, once.
    reached = [award.receiver_count + sum(tie.places for tie in award.ties) for award in found]
    left = len(entries)
    assert reached == [(taken := min(count, left), left := left - taken)[0] for count in counts]
    for mine, theirs in zip(found, pure, strict=True):
        named = [str(line.person_id) for line in mine.receivers]
        drawn = [str(line.person_id) for tie in mine.ties for line in tie.lines]
        whole = most_lines >= len(entries)
        assert (named, drawn) == (
            (list(theirs.to), list(theirs.undecided)) if whole else
            (list(theirs.to)[: len(named)], [one for one in theirs.undecided if one in drawn])
        )  # fmt: skip


@examples
@example(before=[3, 3, 3] + [None] * 6, after=[3, 3, 3, 3] + [None] * 5, counts=[1, 1, 1])  # now one receives nothing
@given(before=places, after=places, counts=st.lists(st.integers(1, 4), max_size=4))
def test_the_preview_tells_of_everybody_whose_prize_changes_and_of_nobody_else(db, before, after, counts):
    with undone():
        _compare_preview(before, after, counts)


def _compare_preview(before, after, counts):
    one = round_of(contest_with(*_prizes(counts)))
    persons = [make_person(name=f"Lê Người{number}") for number in range(len(before))]
    names = {person.pk: f"L. Người{number}" for number, person in enumerate(persons)}
    sides = [_stakes(counts, _standings(one, persons, right, version)) for version, right in ((1, before), (2, after))]

    shown = compare_round(one, base=1, target=2, final=True)

    changed = {
        names[pk]: (sides[0].get(pk), sides[1].get(pk))
        for pk in names
        if _without_number(sides[0].get(pk)) != _without_number(sides[1].get(pk))
    }
    assert {line["name"]: (line["prize_before"], line["prize_after"]) for line in shown["prizes"]} == changed
    assert (shown["prize_moves"], len(shown["prizes"])) == (len(changed), len(changed))
    by_name = {names[pk]: (sides[0].get(pk), sides[1].get(pk)) for pk in names}
    assert all((line["prize_before"], line["prize_after"]) == by_name[line["name"]] for line in shown["moves"])


def _stakes(counts: list[int], entries: list[Entry]) -> dict[int, dict[str, Any]]:
    """Return by person what the pure rules let them have, in the shape of the preview."""
    placings = rank(entries, order=RankingOrder(("correct",)))
    ranks = {str(placing.entry_id): placing.rank for placing in placings}
    tied = Counter(ranks.values())
    found: dict[int, dict[str, Any]] = {}
    for award in award_persons(_prizes(counts), placings):
        for is_undecided, people in ((False, award.to), (True, award.undecided)):
            for pk in people:
                last = ranks[pk] + tied[ranks[pk]] - 1
                stake = {
                    "prizes": [],
                    "is_undecided": is_undecided,
                    "may_be_none": last > sum(counts),
                    "tied": tied[ranks[pk]],
                }
                found.setdefault(int(pk), stake)["prizes"].append(award.prize)
    return found


def _without_number(stake: dict[str, Any] | None) -> Any:
    """Leave out how many are tied: that alone changes nobody's prize."""
    return stake and (stake["prizes"], stake["is_undecided"], stake["may_be_none"])


def test_a_look_up_tells_which_prizes_hang_on_a_person():
    one = round_of(contest_with(FIRST, SECOND, MOST_PEOPLE, attempts_per_round=None))
    ward, other = make_unit(), make_unit()
    sit(one, make_person(territory=ward))
    third = make_unit(facet="territory")
    tied = [
        sit(one, make_person(territory=unit), skipped=[pool_of(one.contest)[0].pk]) for unit in (other, ward, third)
    ]
    last = sit(one, make_person(territory=third), skipped=[version.pk for version in pool_of(one.contest)])
    client = client_of(organizer())

    def found(attempt: Any) -> Any:
        body = {"receipt": attempt.receipt}
        answer = client.post("/api/staff/contests/hoi-thi/voidings/lookup", body, content_type="application/json")
        shape = answer.json()["attempts"][0]
        return shape["prize"], shape["unit_prizes"]

    drawn = {"prizes": ["Giải Nhì"], "is_undecided": True, "may_be_none": True, "tied": 3}
    # Two wards have two people each, the third one: whoever leaves one of the two decides between them.
    assert [found(attempt) for attempt in (*tied, last)] == [
        (drawn, []),
        (drawn, ["Phường đông nhất"]),
        (drawn, ["Phường đông nhất"]),
        (None, ["Phường đông nhất"]),
    ]
    void(tied[1])
    assert found(tied[1]) == (None, [])
