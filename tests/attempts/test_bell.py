"""The opening bell over HTTP: the short way and Django's say the same; beyond the pace there is a line, no refusal."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.models import Person, Profile
from backend.attempts.models import Attempt
from backend.attempts.services.entering import waiting_room
from backend.contests.models import Round
from backend.core.timing import GRACE
from backend.core.waiting import Pace
from backend.infra import clock
from tests.attempts.serving import Running, sign_in, token_of
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[..., httpx.Response]


@pytest.fixture
def start(server: Running, open_round: Round) -> Iterator[Start]:
    """Press start over the server's short way."""
    with httpx.Client(base_url=server.http, timeout=20) as http:

        def press(person: Person, ticket: str = "") -> httpx.Response:
            headers = {**token_of(person), **({"X-Waiting-Ticket": ticket} if ticket else {})}
            return http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers)

        yield press


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pace], None]:
    """Set how many are let in."""
    return lambda pace: monkeypatch.setattr(waiting_room(), "_pace", pace)


def citizens(count: int) -> list[Person]:
    ward = make_unit()
    return [make_person(territory=ward) for _ in range(count)]


def through_django(person: Person, one: Round) -> Any:
    app = Client(headers=token_of(person))
    return app.post(f"/api/rounds/{one.uuid}/attempts")


def shape_of(body: dict[str, Any]) -> dict[str, Any]:
    """What two papers have in common: everything but who, when and which questions."""
    return {
        **{key: type(value).__name__ for key, value in body.items()},
        "lengths": {key: len(body[key]) for key in ("started_at", "deadline_at", "server_time")},
        "items": [[key, *sorted(item)] for item in body["items"] for key in item],
        "prediction": body["prediction"],
        "zones": {body[key][-6:] for key in ("started_at", "deadline_at", "server_time")},
    }


def test_both_ways_answer_alike(start: Start, open_round: Round) -> None:
    """The short way leaves no trace of Django's; its headers and its body are the same."""
    first, second = citizens(2)

    short, long = start(first), through_django(second, open_round)

    assert (short.status_code, long.status_code) == (201, 201)
    assert shape_of(short.json()) == shape_of(long.json())
    guarding = {
        "content-type",
        "cache-control",
        "content-security-policy",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
    }
    written = {name.lower(): value for name, value in long.headers.items()}
    assert {name: short.headers.get(name) for name in guarding - {"content-security-policy"}} == {
        name: written.get(name) for name in guarding - {"content-security-policy"}
    } | {"x-frame-options": "DENY"}
    # The one header that no view of Django's sets: proof that the first went the short way.
    assert ("vary" in short.headers, "vary" in written) == (False, True)


def test_the_short_way_knows_when_results_are_shown_and_how_old_people_are(server: Running) -> None:
    rules = {"result_shown": "after_contest", "keys_shown": "after_contest", "minimum_age": 18}
    one = make_contest(now=clock.now(), rules=rules).rounds.get()
    grown, child, unknown = citizens(3)
    for person, year in ((grown, 1960), (child, clock.now().year - 10)):
        Profile.objects.filter(person=person).update(born_on=date(year, 1, 1))

    address = f"{server.http}/api/rounds/{one.uuid}/attempts"
    told = [httpx.post(address, headers=token_of(person), timeout=20) for person in (grown, child, unknown)]

    assert [answer.status_code for answer in told] == [201, 403, 409]
    assert datetime.fromisoformat(told[0].json()["result_shown_at"]) == one.closes_at + GRACE
    assert "vary" not in told[0].headers


def test_a_paper_of_the_short_way_resumes_as_it_was(start: Start, server: Running, open_round: Round) -> None:
    (person,) = citizens(1)
    told = start(person).json()

    again = start(person)
    resumed = httpx.get(f"{server.http}/api/attempts/{told['uuid']}", headers=token_of(person), timeout=20)

    assert again.status_code == 200
    assert {**again.json(), "server_time": ""} == {**told, "server_time": ""}
    assert {**resumed.json(), "server_time": ""} == {**told, "server_time": ""}


def test_beyond_the_pace_people_see_their_place_and_come_in_by_turns(
    start: Start, pace: Callable[[Pace], None]
) -> None:
    pace(Pace(per_s=0.001, burst=1))
    first, second, third = citizens(3)

    told = [start(first), start(second), start(third)]
    waiting = told[2].json()

    assert [answer.status_code for answer in told] == [201, 202, 202]
    assert waiting == {"code": "waiting", "place": 2, "ahead": 1, "retry_ms": 30_000, "ticket": waiting["ticket"]}
    assert told[2].headers["cache-control"] == "no-store"
    assert Attempt.objects.count() == 1
    # A token comes: it is the second's, however often the third asks.
    pace(Pace(per_s=1, burst=1))
    give_up_at = clock.now().timestamp() + 30
    while Attempt.objects.count() == 1 and clock.now().timestamp() < give_up_at:
        assert start(third, waiting["ticket"]).status_code == 202
        start(second, told[1].json()["ticket"])
    assert set(Attempt.objects.values_list("person_id", flat=True)) == {first.pk, second.pk}


def test_a_clock_starts_with_the_paper_not_with_the_line(start: Start, pace: Callable[[Pace], None]) -> None:
    pace(Pace(per_s=1, burst=1))
    first, second = citizens(2)
    start(first)
    ticket = start(second).json()["ticket"]
    answer = start(second, ticket)
    while answer.status_code == 202:
        asked_at = clock.now()
        answer = start(second, ticket)

    assert answer.status_code == 201
    assert Attempt.objects.get(person=second).started_at >= asked_at


def test_who_resumes_or_is_refused_never_waits(start: Start, pace: Callable[[Pace], None], open_round: Round) -> None:
    pace(Pace(per_s=0.001, burst=2))
    first, second = citizens(2)
    start(first)
    start(second)
    wardless, unasked = make_person(), make_person(territory=make_unit(), consented=False)

    spent = make_person(territory=make_unit())
    for number in (1, 2):
        Attempt.objects.create(
            person=spent,
            contest=open_round.contest,
            round=open_round,
            number=number,
            state="submitted",
            submitted_at=clock.now(),
            seed=number,
            paper=[],
            started_at=clock.now(),
            deadline_at=clock.now(),
        )

    told = [start(person) for person in (first, second, wardless, unasked, spent)]

    assert [(answer.status_code, answer.json().get("code")) for answer in told] == [
        (200, None),
        (200, None),
        (409, "profile_incomplete"),
        (403, "consent_required"),
        (409, "attempt_limit"),
    ]


def test_the_line_is_one_for_both_ways(start: Start, pace: Callable[[Pace], None], open_round: Round) -> None:
    pace(Pace(per_s=0.001, burst=1))
    first, second, third = citizens(3)
    start(first)

    told = [through_django(second, open_round), start(third), through_django(third, open_round)]

    assert [(answer.status_code, answer.json()["place"]) for answer in told] == [(202, 1), (202, 2), (202, 2)]


def test_a_browser_needs_the_pages_token_on_the_short_way_too(server: Running, open_round: Round) -> None:
    (person,) = citizens(1)
    cookies = {settings.SESSION_COOKIE_NAME: sign_in(person), "csrftoken": "a" * 32}
    address = f"/api/rounds/{open_round.uuid}/attempts"
    good = {"X-CSRFToken": "a" * 32}

    with httpx.Client(base_url=server.http, cookies=cookies, timeout=20) as browser:
        refused = [
            browser.post(address),
            browser.post(address, headers={"X-CSRFToken": "b" * 32}),
            browser.post(address, headers={**good, "Origin": "https://evil.example"}),
            browser.post(address, headers={**good, "Host": "evil.example"}),
        ]
        assert not Attempt.objects.exists()
        accepted = browser.post(address, headers=good)

    assert [answer.status_code for answer in refused] == [403, 403, 403, 400]
    assert accepted.status_code == 201
    assert "vary" not in accepted.headers
