"""`correct_profile`: an organizer corrects what is locked; what was counted stays where it was counted."""

import io
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backend.accounts.enums import Role
from backend.accounts.models import AccountStep, Person, Profile
from backend.accounts.services import erase_person, lock_birth_date, withdraw_consent
from backend.core.text import mask_name
from backend.participation.services import drain_all
from backend.standings.boards import Asked, read_board
from backend.units.management.commands.correct_profile import STAYS
from backend.units.models import Membership, Unit
from backend.units.queries import PersonUnits, units_of
from backend.units.services import lock_memberships
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import assert_exact, sit

pytestmark = pytest.mark.django_db
NOW_NAME, NEW_NAME = "Nguyễn Văn Am", "Nguyễn Văn An"


@pytest.fixture
def ward() -> Unit:
    return make_unit(name="Phường Ba Đình")


@pytest.fixture
def an(ward: Unit) -> Person:
    person = make_person(name=NOW_NAME, email="an@example.vn", territory=ward)
    Profile.objects.filter(person=person).update(born_on=date(1909, 1, 2))
    lock_memberships(person_id=person.pk, at=NOON)
    lock_birth_date(person_id=person.pk, at=NOON)
    return person


@pytest.fixture
def organizer() -> Person:
    return make_person(roles=[Role.ORGANIZER])


def correct(
    monkeypatch: pytest.MonkeyPatch, by: Person, *typed: str, reason: str = "đã xem thẻ", **options: Any
) -> str:
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    call_command("correct_profile", by=by.email, reason=reason, stdout=printed, **options)
    return printed.getvalue()


def told(person: Person) -> tuple[str, date | None, PersonUnits]:
    profile = Profile.objects.get(person=person)
    return profile.display_name, profile.born_on, units_of(person.pk)


def test_it_shows_what_would_change_and_writes_nothing_until_it_is_applied(
    monkeypatch: pytest.MonkeyPatch, an: Person, organizer: Person, ward: Unit, caplog: pytest.LogCaptureFixture
) -> None:
    other, office = make_unit(name="Phường Hoàn Kiếm"), make_unit(name="Sở Y tế", facet="workplace")
    options = {"name": True, "born_on": True, "territory": other.code, "workplace": office.code}
    typed = ("AN@example.vn", f" {NEW_NAME} ", "1990-01-02")
    before = told(an)

    dry = correct(monkeypatch, organizer, *typed, **options)
    untouched, no_step = told(an), AccountStep.objects.count()
    done = correct(monkeypatch, organizer, *typed, **options, apply=True)

    changes = [
        f"display_name: {NOW_NAME} -> {NEW_NAME}",
        "born_on: 1909-01-02 -> 1990-01-02",
        "territory: Phường Ba Đình -> Phường Hoàn Kiếm",
        "workplace: - -> Sở Y tế",
        STAYS,
    ]
    assert dry.splitlines() == [
        *changes, f"{an.uuid}: chưa ghi, thêm --apply để sửa / nothing written, add --apply",
    ]  # fmt: skip
    assert (untouched, no_step) == (before, 0)
    assert done.splitlines() == [*changes, f"{an.uuid}: đã sửa / corrected"]
    assert told(an) == (NEW_NAME, date(1990, 1, 2), PersonUnits(territory_id=other.pk, workplace_id=office.pk))
    # Locked as it was: what came new is locked with the rest, from the same instant.
    assert set(Membership.objects.filter(person=an).values_list("locked_at", flat=True)) == {NOON}
    assert Profile.objects.get(person=an).born_on_locked_at == NOON
    step = AccountStep.objects.get()
    assert (step.person, step.move, step.actor, step.reason) == (an, "corrected", organizer, "đã xem thẻ")
    assert step.facts == ["display_name", "born_on", "territory", "workplace"]
    assert str(an.uuid) in caplog.text
    # Why stands in the audit alone.
    assert "đã xem thẻ" not in caplog.text
    secrets = (NOW_NAME, NEW_NAME, "1909", "1990", "an@example.vn", "Phường")
    assert [one for one in secrets if one in caplog.text + str(step.__dict__)] == []


def test_what_was_counted_stays_and_the_board_shows_the_new_name(
    monkeypatch: pytest.MonkeyPatch, organizer: Person, ward: Unit
) -> None:
    one = make_contest(rules={"attempts_per_round": 3}).rounds.select_related("contest").get()
    person = make_person(name=NOW_NAME, territory=ward)
    attempt = sit(one, person)
    other = make_unit(name="Phường Hoàn Kiếm")

    correct(monkeypatch, organizer, str(person.uuid), NEW_NAME, name=True, territory=other.code, apply=True)
    drain_all()

    boards = {
        unit: read_board(one, asked=Asked(limit=5, unit=unit), person=None, now=NOON) for unit in (None, ward.uuid)
    }
    assert [[line["name"] for line in board["results"]] for board in boards.values()] == [[mask_name(NEW_NAME)]] * 2
    assert read_board(one, asked=Asked(limit=5, unit=other.uuid), person=None, now=NOON)["results"] == []
    attempt.refresh_from_db()
    assert (attempt.territory_id, units_of(person.pk).territory_id) == (ward.pk, other.pk)
    assert_exact()
    # The next attempt counts where the person belongs now.
    assert sit(one, person, at=NOON + timedelta(minutes=5)).territory_id == other.pk


def test_a_unit_is_taken_away_and_what_is_right_already_is_no_change(
    monkeypatch: pytest.MonkeyPatch, organizer: Person, ward: Unit
) -> None:
    office = make_unit(facet="workplace", name="Sở Y tế")
    person = make_person(name=NEW_NAME, territory=ward, workplace=office)

    same = correct(monkeypatch, organizer, str(person.uuid), NEW_NAME, name=True, territory=ward.code, apply=True)
    gone = correct(monkeypatch, organizer, str(person.uuid), workplace="-", apply=True)

    assert same == "Không có gì đổi / nothing changes\n"
    assert gone.splitlines()[0] == "workplace: Sở Y tế -> -"
    assert told(person) == (NEW_NAME, None, PersonUnits(territory_id=ward.pk))
    assert [step.facts for step in AccountStep.objects.all()] == [["workplace"]]


def test_what_cannot_be_corrected_is_said_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, an: Person, organizer: Person
) -> None:
    twice = [make_unit(code="00070", valid_from=date(2025, 7, number)) for number in (1, 2)]
    before, mail = told(an), an.email
    for by, typed, options, said in (
        (an, (mail,), {"territory": "00070"}, "not an organizer"),
        (organizer, ("binh@example.vn",), {"territory": "00070"}, "no such account"),
        (organizer, (mail,), {}, "nothing to correct"),
        (organizer, (mail, "x"), {"name": True}, "from|needs|2"),
        (organizer, (mail, "2990-01-02"), {"born_on": True}, "no date of birth"),
        (organizer, (mail, "2/1/1990"), {"born_on": True}, "no date of birth"),
        (organizer, (mail,), {"territory": twice[0].code}, "2 đơn vị"),
        (organizer, (mail,), {"territory": "-"}, "0 đơn vị"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": f"là {NEW_NAME}"}, "must not tell"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": f"không phải {NOW_NAME}"}, "must not tell"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": " "}, "a reason is needed"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": "la NGUYEN  VAN AN."}, "must not tell name"),
        (
            organizer,
            (mail, NEW_NAME),
            {"name": True, "reason": "không phải Nguyễn-văn\u00a0a\u200bm"},
            "must not tell name",
        ),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": "thư của AN @ example.vn"}, "must not tell name"),
        *(
            (
                organizer,
                (mail, "1990-01-12"),
                {"born_on": True, "reason": f"đã xem thẻ: {told_day}"},
                "date of birth or",
            )
            for told_day in (
                "1909-01-02",
                "02/01/1909",
                "2-1-1909",
                "2/1/1909",
                "sinh ngày 2 tháng 1 năm 1909",
                "02011909",
                "1990-01-12",
                "12/01/1990",
                "12-1-1990",
                "1990/1/12",
                "19900112",
            )
        ),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": "thẻ 001090000123"}, "date of birth or numbers"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": "gọi 0912345678"}, "date of birth or numbers"),
        (organizer, (mail, NEW_NAME), {"name": True, "reason": "CMND 012345678"}, "date of birth or numbers"),
    ):
        with pytest.raises(CommandError, match=said):
            correct(monkeypatch, by, *typed, **options, apply=True)

    assert told(an) == before
    assert not AccountStep.objects.exists()


def test_a_reason_may_have_days_and_numbers_that_are_nobodys(
    monkeypatch: pytest.MonkeyPatch, an: Person, organizer: Person
) -> None:
    reason = "Đơn số 12345678 ngày 3/1/1909 của ban tổ chức, sửa 2 chữ"

    correct(monkeypatch, organizer, an.email, NEW_NAME, name=True, apply=True, reason=reason)

    assert AccountStep.objects.get().reason == reason


def test_nothing_new_is_kept_of_who_withdrew_or_was_erased(
    monkeypatch: pytest.MonkeyPatch, an: Person, organizer: Person
) -> None:
    withdraw_consent(person=an, at=NOON)
    with pytest.raises(CommandError, match="rút lại đồng ý"):
        correct(monkeypatch, organizer, str(an.uuid), NEW_NAME, name=True, apply=True)
    erase_person(person_id=an.pk, at=NOON)
    with pytest.raises(CommandError, match="đã xóa"):
        correct(monkeypatch, organizer, str(an.uuid), NEW_NAME, name=True, apply=True)

    assert NEW_NAME not in str(told(an))
    assert [step.move for step in AccountStep.objects.all()] == ["erased"]


def test_an_erasure_takes_along_why_something_was_corrected(
    monkeypatch: pytest.MonkeyPatch, an: Person, organizer: Person
) -> None:
    correct(monkeypatch, organizer, str(an.uuid), NEW_NAME, name=True, apply=True, reason="chị của ông Am xác nhận")

    erase_person(person_id=an.pk, at=NOON, by=organizer, reason="đơn số 7")

    assert [(step.move, step.reason) for step in AccountStep.objects.order_by("pk")] == [
        ("corrected", ""),
        ("erased", "đơn số 7"),
    ]
