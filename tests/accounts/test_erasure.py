"""Who is erased, when, by whom; what an erasure waits for, and what of an account it takes and leaves."""

import io
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models
from django.test import Client
from pytest_django import Settings

from backend.accounts import letters, services
from backend.accounts.adapter import AccountAdapter
from backend.accounts.enums import Role
from backend.accounts.errors import AccountErased, AccountHasRoles, AttemptStillRunning
from backend.accounts.events import PersonErased
from backend.accounts.models import AccountStep, Consent, Identity, Person, Profile, StaffRole
from backend.accounts.tasks import erase_withdrawn as nightly
from backend.attempts.models import Attempt, DeviceStart
from backend.attempts.services import start_attempt, submit_attempt
from backend.config.celery import app
from backend.core.text import ERASED_NAME, mask_name
from backend.infra import clock, events
from backend.units.models import Membership
from tests.accounts.conftest import PASSWORD, Post
from tests.factories import NOON, make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db
NUMBER = "001090123456"
FORTNIGHT = timedelta(days=14)


def withdrawn(ago: timedelta, **fields: Any) -> Person:
    """Somebody who took the consent back so long ago."""
    person = make_person(**fields)
    services.withdraw_consent(person=person, at=clock.now() - ago)
    return person


def erased() -> set[int]:
    return set(Person.objects.exclude(erased_at=None).values_list("pk", flat=True))


def test_everything_of_the_account_that_tells_who_it_was_goes_and_the_row_stays(client: Client, post: Post) -> None:
    ward, one = make_unit(), make_contest(now=clock.now(), rules={"minimum_age": 18}).rounds.get()
    person = make_person(name="Nguyễn Văn An", email="an@example.vn", territory=ward)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    Profile.objects.filter(person=person).update(born_on=date(1990, 1, 2), locale="en")
    services.state_identity(person=person, number=NUMBER, at=NOON)
    post("auth/login", {"email": "an@example.vn", "password": PASSWORD})
    attempt, _ = start_attempt(person=person, round=one, now=clock.now(), device=b"d" * 16)
    submit_attempt(attempt=attempt, prediction=None, received_at=clock.now())
    consent = Consent.objects.get(person=person)

    services.erase_person(person_id=person.pk, at=NOON)

    left = Person.objects.get(pk=person.pk)
    assert (left.uuid, left.email, left.is_active, left.has_usable_password(), left.last_login, left.erased_at) == (
        person.uuid,
        f"{person.uuid.hex}@erased.invalid",
        False,
        False,
        None,
        NOON,
    )
    profile = Profile.objects.get(person=person)
    assert (profile.display_name, profile.locale, profile.born_on, profile.born_on_locked_at) == (
        ERASED_NAME,
        "vi",
        None,
        None,
    )
    for model, whose in ((EmailAddress, "user"), (UserSession, "user"), (Identity, "person"), (Membership, "person")):
        assert not model._default_manager.filter(**{whose: person}).exists()
    assert not DeviceStart.objects.exists()
    assert client.get("/api/me").status_code == 401
    # What is counted, and the proof that it could be kept.
    attempt.refresh_from_db()
    assert (attempt.person_id, attempt.territory_id) == (person.pk, ward.pk)
    kept = Consent.objects.get(person=person)
    assert (kept.pk, kept.given_at, kept.withdrawn_at) == (consent.pk, NOON, NOON)
    step = AccountStep.objects.get(person=person)
    assert (step.move, step.actor, step.facts, step.reason, step.at) == ("erased", None, [], "", NOON)


def test_the_name_that_stands_for_erased_people_is_shown_whole() -> None:
    assert mask_name(ERASED_NAME) == "Người dự thi đã rút"


def test_by_the_clock_go_those_who_withdrew_long_enough_ago_and_nobody_else() -> None:
    long_ago, just_now = withdrawn(FORTNIGHT), withdrawn(FORTNIGHT - timedelta(minutes=1))
    back = withdrawn(FORTNIGHT)
    Consent.objects.create(person=back, version="2027-01", given_at=clock.now())
    staff, staying = withdrawn(FORTNIGHT, roles=[Role.BOARD]), make_person()
    now = clock.now()

    counts = [services.erase_withdrawn(now=now, after=FORTNIGHT) for _ in range(2)]

    assert counts == [1, 0]
    assert erased() == {long_ago.pk}
    assert {one.pk for one in (just_now, back, staff, staying)} == set(
        Person.objects.filter(erased_at=None).values_list("pk", flat=True)
    )


def test_the_oldest_withdrawals_go_first_where_there_is_no_time_for_all() -> None:
    later, first, second = (withdrawn(FORTNIGHT + timedelta(days=days)) for days in (1, 3, 2))

    assert services.erase_withdrawn(now=clock.now(), after=FORTNIGHT, most=2) == 2
    assert erased() == {first.pk, second.pk}
    assert services.erase_withdrawn(now=clock.now(), after=FORTNIGHT, most=2) == 1
    assert erased() == {first.pk, second.pk, later.pk}


def test_a_running_attempt_is_waited_for_and_holds_nobody_else_up() -> None:
    one = make_contest(now=clock.now()).rounds.get()
    running = make_person(name="Lê Thị Hoa", territory=make_unit())
    attempt, _ = start_attempt(person=running, round=one, now=clock.now())
    services.withdraw_consent(person=running, at=clock.now() - FORTNIGHT)
    other = withdrawn(FORTNIGHT)

    assert services.erase_withdrawn(now=clock.now(), after=FORTNIGHT) == 1
    with pytest.raises(AttemptStillRunning):
        services.erase_person(person_id=running.pk, at=NOON)
    assert (erased(), Profile.objects.get(person=running).display_name) == ({other.pk}, "Lê Thị Hoa")

    submit_attempt(attempt=attempt, prediction=None, received_at=clock.now())
    assert services.erase_withdrawn(now=clock.now(), after=FORTNIGHT) == 1
    assert erased() == {other.pk, running.pk}
    assert Attempt.objects.filter(person=running).count() == 1


def test_what_fails_undoes_that_erasure_alone_and_the_next_run_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = withdrawn(FORTNIGHT * 2), withdrawn(FORTNIGHT)

    def fail(event: PersonErased) -> None:
        if event.person_id == first.pk:
            raise OSError("the disk goes")

    with monkeypatch.context() as patch:
        patch.setitem(events._handlers, PersonErased, [*events._handlers[PersonErased], fail])
        with pytest.raises(RuntimeError, match="1 persons were not erased, 1 were"):
            services.erase_withdrawn(now=clock.now(), after=FORTNIGHT)
    between = erased(), Person.objects.get(pk=first.pk).email

    assert between == ({second.pk}, first.email)
    assert services.erase_withdrawn(now=clock.now(), after=FORTNIGHT) == 1
    assert erased() == {first.pk, second.pk}


def test_beat_asks_every_night_for_those_whose_days_are_over(settings: Settings) -> None:
    settings.ERASE_AFTER_DAYS = 3
    due, not_due = withdrawn(timedelta(days=3)), withdrawn(timedelta(days=2))

    nightly()

    entry = app.conf.beat_schedule["erase-withdrawn"]
    assert (entry["task"], entry["schedule"].hour) == (nightly.name, {4})
    assert erased() == {due.pk}
    assert not_due.pk not in erased()


def command(monkeypatch: pytest.MonkeyPatch, *, typed: str = "", **options: Any) -> str:
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    call_command("erase_withdrawn", stdout=printed, **options)
    return printed.getvalue()


def test_the_command_erases_who_is_due_and_says_before_who_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    due = [withdrawn(timedelta(days=30 - number)) for number in range(2)]
    withdrawn(timedelta(days=1))

    would_be = command(monkeypatch, dry_run=True)
    nobody_yet = erased()
    told = command(monkeypatch)
    sooner = command(monkeypatch, days=0)

    assert would_be.splitlines() == [str(one.uuid) for one in due]
    assert nobody_yet == set()
    assert [one.split(" ")[0] for one in (told, sooner)] == ["2", "1"]
    assert len(erased()) == 3
    with pytest.raises(CommandError, match="--days"):
        command(monkeypatch, days=-1)


@pytest.mark.parametrize("by_uuid", [False, True])
def test_one_account_is_erased_at_an_organizers_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, by_uuid: bool
) -> None:
    person, staying = make_person(name="Nguyễn Văn An", email="an@example.vn"), make_person()
    by = make_person(roles=[Role.ORGANIZER])
    typed = str(person.uuid) if by_uuid else " An@Example.vn "

    dry = command(monkeypatch, one=True, by=by.email, reason="đơn số 7", typed=typed, dry_run=True)
    before = erased()
    told = command(monkeypatch, one=True, by=by.email, reason="đơn số 7", typed=typed)

    step = AccountStep.objects.get()
    assert (before, erased()) == (set(), {person.pk})
    assert (step.person, step.move, step.actor, step.reason) == (person, "erased", by, "đơn số 7")
    assert Consent.objects.get(person=person).withdrawn_at is not None
    assert Consent.objects.get(person=staying).withdrawn_at is None
    assert [one for one in ("an@example.vn", "Nguyễn Văn An") if one in dry + told + caplog.text] == []
    assert str(by.uuid) in caplog.text
    again = {"one": True, "by": by.email, "reason": "đơn số 7", "typed": str(person.uuid)}
    with pytest.raises(CommandError, match="đã xóa"):
        command(monkeypatch, **again)


def test_what_cannot_be_erased_is_said_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    by, citizen = make_person(roles=[Role.ORGANIZER]), make_person(name="Nguyễn Văn An", email="an@example.vn")
    board = make_person(roles=[Role.BOARD])
    for signed, typed, reason, said in (
        (citizen.email, "an@example.vn", "đơn", "not an organizer"),
        (by.email, "binh@example.vn", "đơn", "no such account"),
        (by.email, "an@example.vn", " ", "a reason is needed"),
        (by.email, "an@example.vn", "đơn của nguyễn văn an", "must not tell"),
        (by.email, "an@example.vn", "đơn từ AN@example.vn", "must not tell"),
        (by.email, str(board.uuid), "đơn", "staff role"),
    ):
        with pytest.raises(CommandError, match=said):
            command(monkeypatch, one=True, by=signed, reason=reason, typed=typed)

    assert erased() == set()
    assert Consent.objects.exclude(withdrawn_at=None).count() == 0
    command(monkeypatch, one=True, by=by.email, reason="đơn", typed=str(board.uuid), with_roles=True)
    assert erased() == {board.pk}
    assert list(StaffRole.objects.values_list("person", flat=True)) == [by.pk]


@pytest.mark.parametrize(
    ("stray", "said"),
    [
        ({"by": "an@example.vn"}, "--by"),
        ({"reason": "đơn số 7"}, "--reason"),
        ({"with_roles": True}, "--with-roles"),
        ({"by": "an@example.vn", "reason": "đơn", "with_roles": True}, "--by, --reason, --with-roles"),
        ({"reason": "đơn", "dry_run": True}, "--reason"),
    ],
)
def test_who_signs_for_one_account_erases_not_everybody_for_want_of_a_word(
    monkeypatch: pytest.MonkeyPatch, stray: dict[str, Any], said: str
) -> None:
    withdrawn(FORTNIGHT)

    with pytest.raises(CommandError, match=f"^{said}: .* only with --one$"):
        command(monkeypatch, **stray)

    assert erased() == set()


def test_an_erasure_is_refused_twice_and_to_staff() -> None:
    person, staff = make_person(), make_person(roles=[Role.ORGANIZER])
    services.erase_person(person_id=person.pk, at=NOON)

    with pytest.raises(AccountErased):
        services.erase_person(person_id=person.pk, at=NOON + timedelta(days=1))
    with pytest.raises(AccountHasRoles):
        services.erase_person(person_id=staff.pk, at=NOON)
    assert Person.objects.get(pk=person.pk).erased_at == NOON


def test_every_table_that_names_a_person_has_been_thought_of() -> None:
    """A new one fails here until somebody has said what an erasure does to it (`erasing`, or a receiver)."""
    gone = {
        "account.EmailAddress.user", "usersessions.UserSession.user", "accounts.Identity.person",
        "accounts.StaffRole.person", "units.Membership.person", "attempts.DeviceStart.person",
    }  # fmt: skip
    emptied = {"accounts.Profile.person", "accounts.AccountStep.person"}
    counted = {
        "accounts.Consent.person", "attempts.Attempt.person", "results.Result.person", "results.Voiding.person",
        "standings.Standing.person", "standings.EditionLine.person", "participation.Participant.person",
        "participation.ContestParticipant.person",
    }  # fmt: skip
    # Says only that somebody without a name may not take part.
    listed = {"contests.TeamMember.person"}
    # Who decided: staff, whose names stand under decisions as the neutral word once they are erased.
    signed = {
        "accounts.AccountStep.actor", "contests.TeamMember.added_by", "contests.TeamMember.removed_by",
        "questions.QuestionVersion.author", "questions.QuestionVersion.editors", "questions.Review.reviewer",
        "results.EssayMark.marker", "results.EssaySheet.holder", "results.Regrade.approver", "results.Regrade.author",
        "results.RegradeStep.actor", "results.Voiding.approver", "results.Voiding.author",
        "results.Voiding.back_approver", "results.Voiding.back_author", "results.VoidingStep.actor",
        "standings.BoardStep.actor", "standings.Publication.approver", "standings.Publication.author",
    }  # fmt: skip
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is Person
    }

    assert named == gone | emptied | counted | listed | signed


def test_a_password_set_beside_the_erasure_brings_nobody_back() -> None:
    person = make_person(email="an@example.vn")
    read_before = Person.objects.get(pk=person.pk)

    services.erase_person(person_id=person.pk, at=NOON)
    AccountAdapter().set_password(read_before, "mua-thu-ha-noi-2027")

    now = Person.objects.get(pk=person.pk)
    assert (now.erased_at, now.is_active, now.has_usable_password(), "example.vn" in now.email) == (
        NOON, False, False, False,
    )  # fmt: skip


def lay_letter(folder: Path, to: str) -> None:
    """Send a letter into a file of its own: two of one second may share the name that the backend gives."""
    mail.send_mail("Đặt lại mật khẩu", "Bấm vào đây", None, [to])
    (new,) = folder.glob("*-*.log")
    new.rename(folder / f"{len(list(folder.iterdir()))}.log")


def test_letters_laid_into_a_folder_go_with_the_address_and_others_stay(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    person, other = make_person(email="an@example.vn"), make_person(email="hoan@example.vn")
    for one in (person, other):
        lay_letter(tmp_path, one.email.title())

    services.erase_person(person_id=person.pk, at=NOON)

    left = [letter.read_text() for letter in tmp_path.iterdir()]
    assert len(left) == 1
    assert "Hoan@Example.Vn" in left[0]


@pytest.mark.parametrize("address", ["an@ví-dụ.vn", "nguyễn.an@example.vn", "nguyễn.an@ví-dụ.vn"])
def test_letters_to_addresses_that_travel_encoded_go_too(settings: Settings, tmp_path: Path, address: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    person = make_person(email=address)
    for one in (person.email, f"ho{address}"):
        lay_letter(tmp_path, f"Nguyễn Văn An <{one}>")

    services.erase_person(person_id=person.pk, at=NOON)

    # The second letter, to somebody whose address ends in the same way.
    assert [one.name for one in tmp_path.iterdir()] == ["2.log"]


def test_of_several_letters_in_one_file_each_is_looked_at(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    file = tmp_path / "1.log"
    rule = "-" * 79
    encoded = "an@" + "ví-dụ.vn".encode("idna").decode()
    file.write_text(f"To: b@example.vn\n\nxin chào\n{rule}\nTo: {encoded}\n\nxin chào\n{rule}\n", "utf-8")

    assert [letters.forget_letters(f"{name}@ví-dụ.vn") for name in ("c", "an")] == [0, 1]
