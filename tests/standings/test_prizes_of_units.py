"""Which units compete for a unit's prize, and by what was stated of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.core.rules.prizes import Award, Prize
from backend.standings.awards import awards_of
from backend.standings.turnouts import NO_RECEIVERS
from backend.units.models import Headcount
from tests.factories import make_person, make_unit
from tests.results_at_hand import record
from tests.standings.test_awards import contest_with, round_of, told

pytestmark = pytest.mark.django_db


def test_units_compete_with_all_below_them_and_headings_and_the_unattached_do_not():
    heading = make_unit(name="Sở, ngành", facet="workplace", is_choosable=False)
    office = make_unit(name="Sở Tư pháp", facet="workplace", parent=heading)
    room = make_unit(name="Phòng Hộ tịch", facet="workplace", parent=office)
    other = make_unit(name="Sở Y tế", facet="workplace", parent=heading)
    free = make_unit(name="Nhân dân / tự do", facet="workplace", type="free")
    one = round_of(contest_with(Prize("Tập thể", to="unit", by="people", place=1, among="workplace")))
    for unit in (office, room, other, free, free, free):
        record(person=make_person(), round=one, workplace=unit)

    assert told(awards_of(one, final=True)) == [Award("Tập thể", (str(office.pk),))]
    assert free.type in NO_RECEIVERS


def test_associations_compete_for_themselves_and_kinds_and_others_do_not():
    front = make_unit(name="Mặt trận Tổ quốc", facet="workplace", type="front")
    youth = make_unit(name="Thành đoàn", facet="workplace", parent=front, type="association")
    women = make_unit(name="Hội Phụ nữ", facet="workplace", parent=front, type="association")
    schools = make_unit(name="Trường tiểu học", facet="workplace", type="school")
    rest = make_unit(name="Đơn vị khác", facet="workplace", type="armed_forces", code="llvt-khac")
    places = [Prize(f"Hạng {place}", to="unit", by="people", place=place, among="workplace") for place in (1, 2, 3, 4)]
    one = round_of(contest_with(*places))
    for unit, people in ((youth, 3), (women, 2), (front, 1), (schools, 5), (rest, 4)):
        for _ in range(people):
            record(person=make_person(), round=one, workplace=unit)

    assert told(awards_of(one, final=True)) == [
        Award("Hạng 1", (str(youth.pk),)), Award("Hạng 2", (str(women.pk),)), Award("Hạng 3", (str(front.pk),)),
        Award("Hạng 4", ()),
    ]  # fmt: skip


def test_a_headcount_of_a_day_after_the_close_decides_nothing():
    one = round_of(contest_with(Prize("Tỷ lệ", to="unit", by="share", place=1)))
    last_day = timezone.localdate(one.closes_at)
    small, large = make_unit(name="Phường Nhỏ"), make_unit(name="Phường Lớn")
    for unit, count in ((small, 2), (large, 100)):
        Headcount.objects.create(unit=unit, count=count, as_of=last_day, source="Sổ")
        record(person=make_person(), round=one, territory=unit)
    Headcount.objects.create(unit=large, count=1, as_of=last_day + timedelta(days=1), source="Sổ sau")

    assert told(awards_of(one, final=True)) == [Award("Tỷ lệ", (str(small.pk),))]
