"""Loading the product's unit files: all there, all right, twice the same."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from backend.units.catalogue import DATA_DIR, UnitRow, read_units
from backend.units.enums import Facet
from backend.units.loading import LoadReport, load_units
from backend.units.models import Unit, UnitAlias

pytestmark = pytest.mark.django_db


def snapshot() -> list[dict[str, Any]]:
    return [*Unit.objects.order_by("id").values(), *UnitAlias.objects.order_by("id").values()]


def row(code: str, name: str, **fields: Any) -> UnitRow:
    values = {"facet": Facet.TERRITORY, "valid_from": date(2025, 7, 1), "type": "phuong", **fields}
    return UnitRow(code=code, name=name, sort_key=name, search_key=name, **values)


def test_wards_are_51_phuong_and_75_xa():
    load_units(read_units())

    territory = Unit.objects.filter(facet=Facet.TERRITORY).order_by()
    counts = {kind: territory.filter(type=kind).count() for kind in ("phuong", "xa", "outside")}
    assert counts == {"phuong": 51, "xa": 75, "outside": 1}
    wards = territory.exclude(type="outside")
    assert len(set(wards.values_list("tile_col", "tile_row"))) == 126
    assert not wards.filter(area_km2=None).exists()
    assert 3300 < sum(wards.values_list("area_km2", flat=True)) < 3400  # the city has about 3,360 km2


def test_one_ward_as_loaded():
    load_units(read_units())

    ward = Unit.objects.get(facet=Facet.TERRITORY, code="00070")
    assert (ward.name, ward.type, ward.valid_from, ward.valid_to) == (
        "Phường Hoàn Kiếm",
        "phuong",
        date(2025, 7, 1),
        None,
    )
    assert (ward.search_key, ward.depth, ward.is_choosable) == ("phuong hoan kiem", 1, True)
    assert "Phường Hàng Bạc, quận Hoàn Kiếm" in ward.aliases.values_list("name", flat=True)


def test_former_wards_are_all_there_and_many_to_many():
    load_units(read_units())

    former = UnitAlias.objects.filter(unit__type__in=["phuong", "xa"]).order_by()
    assert former.values("name").distinct().count() == 526
    split = Unit.objects.filter(aliases__name="Phường Kim Mã, quận Ba Đình")
    assert set(split.values_list("name", flat=True)) == {"Phường Ba Đình", "Phường Giảng Võ", "Phường Ngọc Hà"}


def test_every_ward_has_its_party_committee_below_the_heading():
    load_units(read_units())

    heading = Unit.objects.get(code="db-phuong-xa")
    committees = Unit.objects.filter(facet=Facet.PARTY, type="ward_party_committee")
    assert (heading.is_choosable, heading.numchild, committees.count()) == (False, 126, 126)
    committee = committees.get(code="db-00070")
    assert (committee.name, committee.get_parent().pk) == ("Đảng bộ phường Hoàn Kiếm", heading.pk)


def test_the_tree_is_sound():
    load_units(read_units())

    assert Unit.find_problems() == ([], [], [], [], [])


def test_a_second_load_changes_nothing(django_assert_max_num_queries: Any):
    load_units(read_units())
    before = snapshot()

    with django_assert_max_num_queries(8):
        report = load_units(read_units())

    assert report == LoadReport(len(read_units()), 0, 0, 0, 0)
    assert snapshot() == before


def test_the_command_says_what_it_did():
    out = StringIO()

    call_command("load_units", stdout=out)
    call_command("load_units", stdout=out)

    first, second = out.getvalue().splitlines()
    assert first.startswith("units: 300 in the files, 300 created, 0 updated; former and short names: ")
    assert second == ("units: 300 in the files, 0 created, 0 updated; former and short names: 0 added, 0 removed")


def test_a_reused_code_lives_beside_its_older_self():
    old = row("00070", "Phường Cũ", valid_from=date(2010, 1, 1))
    load_units([old])

    load_units(read_units())

    both = Unit.objects.filter(code="00070").order_by("valid_from").values_list("name", "valid_from")
    assert list(both) == [("Phường Cũ", date(2010, 1, 1)), ("Phường Hoàn Kiếm", date(2025, 7, 1))]


def test_a_corrected_name_keeps_the_row_and_its_uuid():
    load_units([row("1", "Phường Sai", aliases=("Cũ A", "Cũ B"))])
    before = Unit.objects.get()

    report = load_units([row("1", "Phường Đúng", aliases=("Cũ B", "Cũ C"))])

    after = Unit.objects.get()
    assert report == LoadReport(1, 0, 1, 1, 1)
    assert (after.pk, after.uuid, after.name) == (before.pk, before.uuid, "Phường Đúng")
    assert sorted(after.aliases.values_list("name", flat=True)) == ["Cũ B", "Cũ C"]


def test_units_of_others_are_left_alone():
    mine = Unit.add_root(
        facet=Facet.WORKPLACE, code="cua-toi", valid_from=date(2026, 1, 1), type="company", name="Của tôi"
    )
    UnitAlias.objects.create(unit=mine, name="Tên khác", search_key="ten khac")

    load_units(read_units())

    assert list(mine.aliases.values_list("name", flat=True)) == ["Tên khác"]
    assert Unit.find_problems() == ([], [], [], [], [])


def test_children_join_those_already_there():
    load_units([row("p", "Cha"), row("c1", "Con 1", parent=("territory", "p", date(2025, 7, 1)))])

    load_units(
        [
            row("p", "Cha"),
            row("c1", "Con 1", parent=("territory", "p", date(2025, 7, 1))),
            row("c2", "Con 2", parent=("territory", "p", date(2025, 7, 1))),
        ]
    )

    parent = Unit.objects.get(code="p")
    assert (parent.numchild, [child.code for child in parent.get_children()]) == (2, ["c1", "c2"])
    assert Unit.find_problems() == ([], [], [], [], [])


def test_a_unit_never_changes_its_parent():
    load_units([row("p", "Cha"), row("c", "Con")])

    with pytest.raises(ValueError, match="changed its parent"):
        load_units([row("p", "Cha"), row("c", "Con", parent=("territory", "p", date(2025, 7, 1)))])

    assert Unit.objects.get(code="c").depth == 1


def test_codes_are_unique_in_the_files():
    keys = [unit.key for unit in read_units()]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["hanoi-wards.csv", "hanoi-former-names.csv"])
def test_data_files_name_their_source(name: str):
    text = Path(DATA_DIR / name).read_text(encoding="utf-8")

    assert ("vietnamadminunits" in text.splitlines()[1], name in (DATA_DIR / "NOTICE").read_text()) == (True, True)
