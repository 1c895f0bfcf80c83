"""One's own profile: what it shows, what may change, and what is locked."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Consent, Person, Profile
from backend.accounts.services import lock_birth_date, withdraw_consent
from backend.units import services
from backend.units.enums import Facet
from backend.units.models import Membership, Unit
from backend.units.queries import PersonUnits, units_of
from tests.factories import NOON, make_person, make_unit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)


@pytest.fixture
def ward() -> Unit:
    return make_unit(name="Phường Hoàn Kiếm", code="00070")


@pytest.fixture
def an(ward: Unit, client: Client) -> Person:
    person = make_person(name="Nguyễn Văn An", email="an@example.vn", territory=ward)
    client.force_login(person)
    return person


def patch(client: Client, body: Any, **headers: str) -> Any:
    return client.patch("/api/me", data=body, content_type="application/json", headers=headers)


def state(person: Person) -> tuple[str, str, PersonUnits]:
    profile = Profile.objects.get(person=person)
    return (profile.display_name, profile.locale, units_of(person.pk))


def test_anonymous_callers_are_told_to_sign_in(client: Client):
    expected = {"code": "not_signed_in", "detail": "Cần đăng nhập để tiếp tục."}

    assert (client.get("/api/me").status_code, client.get("/api/me").json()) == (401, expected)
    assert (patch(client, {}).status_code, patch(client, {}).json()) == (401, expected)


def test_me_shows_everything_of_mine_and_nothing_of_others(client: Client, an: Person, ward: Unit):
    heading = make_unit(name="Sở, ngành", facet="workplace")
    department = make_unit(name="Sở Y tế", facet="workplace", type="department", code="so-y-te", parent=heading)
    Membership.objects.create(person=an, facet=Facet.WORKPLACE, unit=department)
    make_person(name="Người khác", territory=make_unit(), workplace=department, roles=[Role.ADMIN])

    assert client.get("/api/me").json() == {
        "uuid": str(an.uuid),
        "email": "an@example.vn",
        "display_name": "Nguyễn Văn An",
        "units": {
            "territory": {
                "id": str(ward.uuid),
                "facet": "territory",
                "code": "00070",
                "name": "Phường Hoàn Kiếm",
                "type": "phuong",
                "parent_name": None,
            },
            "party": None,
            "workplace": {
                "id": str(department.uuid),
                "facet": "workplace",
                "code": "so-y-te",
                "name": "Sở Y tế",
                "type": "department",
                "parent_name": "Sở, ngành",
            },
        },
        "locked": False,
        "consents": [
            {
                "kind": "take_part",
                "version": settings.CONSENT_VERSION,
                "given_at": "2026-11-18T12:00:00+07:00",
                "withdrawn_at": None,
            }
        ],
        "roles": [],
        "locale": "vi",
        "born_on": None,
        "born_on_locked": False,
    }


def test_me_shows_roles_in_order(client: Client):
    client.force_login(make_person(roles=[Role.ORGANIZER, Role.BOARD]))

    assert client.get("/api/me").json()["roles"] == ["board", "organizer"]


def test_the_number_of_queries_is_fixed(client: Client, an: Person, django_assert_num_queries: Any):
    with django_assert_num_queries(6):  # session, person, profile, units, consents, roles
        client.get("/api/me")


def test_patch_changes_what_is_named_and_answers_the_whole(client: Client, an: Person):
    other_ward = make_unit(name="Phường Ba Đình")
    school = make_unit(name="Trường", facet="workplace")
    party = make_unit(name="Đảng bộ", facet="party")

    response = patch(
        client,
        {
            "display_name": " Trần  Thị Bình ",
            "locale": "en",
            "territory": str(other_ward.uuid),
            "workplace": str(school.uuid),
            "party": str(party.uuid),
        },
    )

    assert (response.status_code, response.json()) == (200, client.get("/api/me").json())
    assert state(an) == ("Trần Thị Bình", "en", PersonUnits(other_ward.pk, party.pk, school.pk))


def test_null_clears_a_facet_and_absence_keeps_it(client: Client, an: Person, ward: Unit):
    Membership.objects.create(person=an, facet=Facet.WORKPLACE, unit=make_unit(facet="workplace"))
    party = make_unit(facet="party")
    Membership.objects.create(person=an, facet=Facet.PARTY, unit=party)

    response = patch(client, {"workplace": None})

    assert response.status_code == 200
    assert units_of(an.pk) == PersonUnits(ward.pk, party.pk, None)


def test_the_date_of_birth_is_kept_only_where_it_is_given_and_null_clears_it(client: Client, an: Person):
    given = patch(client, {"born_on": "1987-06-05"}).json()["born_on"]
    kept = patch(client, {"display_name": "Tên khác"}).json()["born_on"]

    cleared = patch(client, {"born_on": None}).json()["born_on"]

    assert (given, kept, cleared) == ("1987-06-05", "1987-06-05", None)


REFUSED = [
    ({"is_staff": True, "role": "admin"}, "unknown_field", "Có ô không được phép gửi: is_staff, role."),
    ({"email": "b@example.vn"}, "unknown_field", "Có ô không được phép gửi: email."),
    ({"territory": str(uuid4())}, "unknown_unit", "Không tìm thấy đơn vị này. Chọn lại trong danh sách."),
    ({"territory": None}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"territory": "hoan-kiem"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"display_name": "A"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"display_name": None}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"display_name": "\ud800An"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"born_on": "2999-01-01"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"born_on": "1899-12-31"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"born_on": "30/02/1990"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ({"locale": "fr"}, "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ('{"\\ud800": 1}', "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ([], "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
    ('{"display_name": ', "invalid_input", "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."),
]


@pytest.mark.parametrize(("body", "code", "detail"), REFUSED, ids=range(len(REFUSED)))
def test_bad_changes_are_refused_and_nothing_is_stored(client: Client, an: Person, body: Any, code: str, detail: str):
    before = state(an)
    if isinstance(body, dict) and code == "unknown_unit":
        body = {"display_name": "Tên khác", **body}

    response = patch(client, body)

    assert (response.status_code, response.json()["code"], response.json()["detail"]) == (400, code, detail)
    assert state(an) == before


@pytest.mark.parametrize(
    "unit",
    [
        {"facet": "workplace"},
        {"is_choosable": False},
        {"valid_to": date(2025, 12, 31)},
        {"valid_from": date(2999, 1, 1)},
    ],
    ids=["wrong facet", "heading", "past", "future"],
)
def test_units_that_cannot_be_chosen_are_unknown(client: Client, an: Person, unit: dict[str, Any]):
    before = state(an)

    response = patch(client, {"territory": str(make_unit(**unit).uuid)})

    assert (response.status_code, response.json()["code"]) == (400, "unknown_unit")
    assert state(an) == before


LOCKED = {
    "code": "profile_locked",
    "detail": "Bạn đã bắt đầu lượt thi nên thông tin này không đổi được nữa. Cần sửa, hãy báo ban tổ chức.",
}


def test_after_the_first_attempt_name_birth_and_units_are_locked(client: Client, an: Person, ward: Unit):
    other_ward, school = make_unit(), make_unit(facet="workplace")
    patch(client, {"born_on": "2012-06-05"})

    held = services.lock_memberships(person_id=an.pk, at=AT)

    for change in (
        {"territory": str(other_ward.uuid)},
        {"workplace": str(school.uuid), "display_name": "Nguyễn Văn An"},
        {"display_name": "Tên khác"},
        {"display_name": "Nguyễn Văn Ăn", "locale": "en"},
        {"born_on": "1987-06-05"},
        {"born_on": None},
    ):
        response = patch(client, change)
        assert (response.status_code, response.json()) == (409, LOCKED), change
    assert held == units_of(an.pk) == PersonUnits(territory_id=ward.pk)
    profile = Profile.objects.get(person=an)
    assert (profile.display_name, profile.born_on, profile.locale) == ("Nguyễn Văn An", date(2012, 6, 5), "vi")
    me = client.get("/api/me").json()
    assert (me["locked"], me["born_on_locked"]) == (True, True)


def test_a_locked_profile_takes_the_same_form_again_and_another_language(client: Client, an: Person, ward: Unit):
    patch(client, {"born_on": "1987-06-05"})
    services.lock_memberships(person_id=an.pk, at=AT)
    form = {"display_name": " Nguyễn  Văn An", "born_on": "1987-06-05", "territory": str(ward.uuid), "workplace": None}

    response = patch(client, {**form, "locale": "en"})

    assert (response.status_code, response.json()["locale"]) == (200, "en")


def test_who_never_stated_a_birth_date_may_still_state_one_and_once_alone(client: Client, an: Person):
    services.lock_memberships(person_id=an.pk, at=AT)

    before = client.get("/api/me").json()["born_on_locked"]
    stated = patch(client, {"born_on": "2012-06-05"})
    changed = patch(client, {"born_on": "1987-06-05"})

    assert (before, stated.status_code, stated.json()["born_on_locked"]) == (False, 200, True)
    assert (changed.status_code, changed.json()) == (409, LOCKED)
    assert Profile.objects.get(person=an).born_on == date(2012, 6, 5)


def test_who_has_no_name_yet_may_still_state_one(client: Client, an: Person):
    Profile.objects.filter(person=an).delete()
    services.lock_memberships(person_id=an.pk, at=AT)

    response = patch(client, {"display_name": "Nguyễn Văn An"})

    assert (response.status_code, response.json()["display_name"]) == (200, "Nguyễn Văn An")


def test_a_birth_date_alone_is_locked_where_only_an_age_was_asked_for(client: Client, an: Person):
    other_ward = make_unit(name="Phường Ba Đình")
    patch(client, {"born_on": "1987-06-05"})

    lock_birth_date(person_id=an.pk, at=AT)

    refused = patch(client, {"born_on": "1986-06-05", "display_name": "Tên khác"})
    taken = patch(client, {"display_name": "Tên mới", "territory": str(other_ward.uuid)})
    assert (refused.status_code, refused.json()) == (409, LOCKED)
    assert (taken.status_code, taken.json()["display_name"], taken.json()["born_on_locked"]) == (200, "Tên mới", True)
    assert (taken.json()["locked"], taken.json()["born_on"]) == (False, "1987-06-05")


def test_a_lock_keeps_its_first_instant(an: Person):
    services.lock_memberships(person_id=an.pk, at=AT)
    services.lock_memberships(person_id=an.pk, at=datetime(2027, 1, 1, tzinfo=UTC))

    assert [row.locked_at for row in Membership.objects.filter(person=an)] == [AT]


def test_locking_one_person_leaves_others_free(an: Person, client: Client, ward: Unit):
    other = make_person(territory=ward)
    services.lock_memberships(person_id=other.pk, at=AT)

    assert client.get("/api/me").json()["locked"] is False


def test_refusals_speak_english_where_asked(client: Client, an: Person):
    response = patch(client, {"territory": str(uuid4())}, **{"Accept-Language": "en"})

    assert response.json()["detail"] == "This unit was not found. Choose again from the list."


def test_a_session_cookie_needs_the_csrf_token(an: Person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(an)

    assert patch(browser, {"display_name": "Kẻ khác"}).status_code == 403
    assert state(an)[0] == "Nguyễn Văn An"


@pytest.mark.parametrize("given", ["display_name", "born_on", "territory", "workplace", "party"])
def test_after_a_withdrawal_nothing_more_is_stored_until_consent_is_given_anew(
    client: Client, an: Person, ward: Unit, given: str
):
    unit = make_unit(facet=given) if given in set(Facet) else None
    body = {given: str(unit.uuid) if unit else {"display_name": "Trần Văn Khác", "born_on": "1990-01-02"}[given]}
    withdraw_consent(person=an, at=NOON)
    before = client.get("/api/me").json()

    refused = patch(client, body)

    assert (refused.status_code, refused.json()) == (
        403,
        {
            "code": "consent_withdrawn",
            "detail": "Bạn đã rút lại đồng ý nên không lưu thêm được thông tin nào. Cần sửa, hãy báo ban tổ chức.",
        },
    )
    assert client.get("/api/me").json() == before
    Consent.objects.create(person=an, version="2027-01", given_at=NOON)
    assert patch(client, body).status_code == 200


def test_after_a_withdrawal_less_may_still_be_kept(client: Client, an: Person):
    withdraw_consent(person=an, at=NOON)

    answer = patch(client, {"workplace": None, "born_on": None, "locale": "en"})

    assert answer.status_code == 200
    assert (answer.json()["units"]["workplace"], answer.json()["locale"]) == (None, "en")


def test_staff_who_never_gave_a_consent_change_their_name(client: Client):
    person = make_person(roles=[Role.ORGANIZER], consented=False)
    client.force_login(person)

    assert patch(client, {"display_name": "Trần Văn Khác"}).json()["display_name"] == "Trần Văn Khác"
