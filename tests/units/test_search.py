"""Finding a ward by what people type."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from backend.core.text import fold
from backend.units.models import Unit, UnitAlias
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


def alias(unit: Unit, name: str) -> None:
    UnitAlias.objects.create(unit=unit, name=name, search_key=fold(name))


def shape(unit: Unit, *, parent_name: str | None = None, matched_alias: str | None = None) -> dict[str, Any]:
    return {
        "id": str(unit.uuid),
        "facet": unit.facet,
        "code": unit.code,
        "name": unit.name,
        "type": unit.type,
        "parent_name": parent_name,
        "matched_alias": matched_alias,
    }


def names(client: Client, **query: Any) -> list[str]:
    response = client.get("/api/units", query_params={"facet": "territory", **query})
    assert response.status_code == 200, response.content
    return [unit["name"] for unit in response.json()["results"]]


def test_search_needs_no_sign_in_and_no_diacritics(client: Client):
    ward = make_unit(name="Phường Hoàn Kiếm")
    make_unit(name="Phường Ba Đình")

    response = client.get("/api/units", query_params={"facet": "territory", "q": "hoan kiem"})

    assert (response.status_code, response.json()) == (200, {"results": [shape(ward)]})


def test_a_former_name_finds_the_ward_of_today_and_says_so(client: Client):
    ward = make_unit(name="Phường Hoàn Kiếm")
    alias(ward, "Phường Hàng Bạc, quận Hoàn Kiếm")
    alias(ward, "Phường Hàng Bồ, quận Hoàn Kiếm")

    response = client.get("/api/units", query_params={"facet": "territory", "q": "Hàng Bạc"})

    assert response.json() == {"results": [shape(ward, matched_alias="Phường Hàng Bạc, quận Hoàn Kiếm")]}


def test_the_units_own_name_is_preferred_to_an_alias(client: Client):
    ward = make_unit(name="Phường Định Công")
    alias(ward, "Phường Định Công, quận Hoàng Mai")

    response = client.get("/api/units", query_params={"facet": "territory", "q": "dinh cong"})

    assert response.json() == {"results": [shape(ward)]}


def test_beginnings_come_first_then_words_then_insides_each_in_vietnamese_order(client: Client):
    make_unit(name="Xã Đông Anh")
    make_unit(name="Phường Hà Đông")
    make_unit(name="Phường Đống Đa")
    make_unit(name="Xã Phương Đông")
    make_unit(name="Xã Kadong")
    make_unit(name="Xã Ba Vì")

    assert names(client, q="đông") == ["Phường Đống Đa", "Xã Đông Anh", "Phường Hà Đông", "Xã Phương Đông", "Xã Kadong"]


def test_an_empty_search_lists_in_vietnamese_order(client: Client):
    for name in ("Ô Chợ Dừa", "Đại Mỗ", "Dương Nội", "Ba Đình", "Bạch Mai"):
        make_unit(name=name)

    assert names(client) == ["Ba Đình", "Bạch Mai", "Dương Nội", "Đại Mỗ", "Ô Chợ Dừa"]
    assert names(client, q="  ", limit=2) == ["Ba Đình", "Bạch Mai"]


def test_other_facets_and_other_times_are_not_found(client: Client):
    make_unit(name="Sở Hoàn Kiếm", facet="workplace")
    make_unit(name="Phường Hoàn Kiếm cũ", valid_from=date(2010, 1, 1), valid_to=date(2025, 7, 1))
    make_unit(name="Phường Hoàn Kiếm mai sau", valid_from=date(2999, 1, 1))
    make_unit(name="Phường Hoàn Kiếm")

    assert names(client, q="hoan kiem") == ["Phường Hoàn Kiếm"]


def test_children_of_a_unit_carry_its_name(client: Client):
    heading = make_unit(name="Sở, ngành", facet="workplace", is_choosable=False)
    child = make_unit(name="Sở Y tế", facet="workplace", parent=heading)
    make_unit(name="Trường học", facet="workplace")

    response = client.get("/api/units", query_params={"facet": "workplace", "parent": str(heading.uuid)})

    assert response.json() == {"results": [shape(child, parent_name="Sở, ngành")]}


def test_headings_that_nobody_belongs_to_are_not_offered(client: Client):
    heading = make_unit(name="Sở, ngành", facet="workplace", is_choosable=False)
    make_unit(name="Sở Y tế", facet="workplace", parent=heading)

    found = [
        [unit["name"] for unit in client.get("/api/units", query_params=query).json()["results"]]
        for query in ({"facet": "workplace"}, {"facet": "workplace", "q": "so"})
    ]

    assert found == [["Sở Y tế"], ["Sở Y tế"]]


def test_signs_alone_find_nothing_and_wildcards_are_letters(client: Client):
    make_unit(name="Phường Hoàn Kiếm")

    assert (names(client, q="!!!"), names(client, q="ho%kiem"), names(client, q="ho_n")) == ([], [], [])


@pytest.mark.parametrize(
    ("query", "code", "fields"),
    [
        ({}, "invalid_input", ["facet"]),
        ({"facet": "planet"}, "invalid_input", ["facet"]),
        ({"facet": "territory", "limit": 0}, "invalid_input", ["limit"]),
        ({"facet": "territory", "limit": 51}, "invalid_input", ["limit"]),
        ({"facet": "territory", "limit": "1e9"}, "invalid_input", ["limit"]),
        ({"facet": "territory", "q": "a\x00b"}, "invalid_input", ["q"]),
        ({"facet": "territory", "q": "a" * 101}, "invalid_input", ["q"]),
        ({"facet": "territory", "parent": "7"}, "invalid_input", ["parent"]),
        ({"facet": "territory", "ordering": "memberships"}, "unknown_field", []),
        ({"facet": "territory", "parent": str(uuid4())}, "unknown_unit", []),
    ],
)
def test_bad_queries_are_refused(client: Client, query: dict[str, Any], code: str, fields: list[str]):
    response = client.get("/api/units", query_params=query)

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert sorted(response.json().get("fields", {})) == fields


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_num_queries: Any):
    heading = make_unit(name="Hội", facet="workplace")
    first = make_unit(name="Hội Một", facet="workplace", parent=heading)
    alias(first, "Hội Cũ")
    with django_assert_num_queries(3):
        client.get("/api/units", query_params={"facet": "workplace", "q": "hoi"})
    for number in range(3):
        alias(make_unit(name=f"Hội {number}", facet="workplace", parent=heading), f"Hội cũ {number}")

    with django_assert_num_queries(3):
        client.get("/api/units", query_params={"facet": "workplace", "q": "hoi"})
