"""Attack 46: every address of the API, every kind of caller, the own object and another's. A new address fails here
until somebody has written down who may do what with it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from backend.accounts.enums import Role
from backend.accounts.middleware import OPEN
from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.infra import clock
from tests.attempts.serving import sign_in
from tests.factories import make_contest, make_person, make_question, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

METHODS = ("get", "post", "put", "patch", "delete")
# Statuses for: nobody signed in, the citizen whose attempt it is, another citizen, an organizer, the board.
CALLERS = ("anonymous", "owner", "other", "organizer", "board")
EVERYBODY = (200, 200, 200, 200, 200)
SIGNED_IN = (401, 200, 200, 200, 200)
OWNER = (401, 200, 404, 404, 404)


def desk(status: int) -> tuple[int, ...]:
    """Organizers alone; what they get here."""
    return (401, 403, 403, status, 403)


# In the order in which they are asked: the attempt is submitted last.
EXPECTED: dict[tuple[str, str], tuple[int, ...]] = {
    ("get", "api/consents/current"): EVERYBODY,
    ("get", "api/units"): EVERYBODY,
    ("get", "api/documents"): EVERYBODY,
    ("get", "api/documents/<slug:key>"): EVERYBODY,
    ("get", "api/contests"): EVERYBODY,
    ("get", "api/contests/<slug:key>"): EVERYBODY,
    ("get", "api/contests/<slug:key>/rulebook"): EVERYBODY,
    ("get", "api/contests/<slug:key>/participation"): EVERYBODY,
    ("get", "api/rounds/<uuid:uuid>/participation"): EVERYBODY,
    ("get", "api/rounds/<uuid:uuid>/standings"): EVERYBODY,
    ("get", "api/schema"): (404, 404, 404, 200, 200),  # decision 0007
    ("get", "api/me"): SIGNED_IN,
    ("patch", "api/me"): SIGNED_IN,
    ("get", "api/me/identity"): SIGNED_IN,
    ("put", "api/me/identity"): (401, 400, 400, 400, 400),  # nothing is sent
    ("delete", "api/me/identity"): (401, 204, 204, 204, 204),  # nobody has stated one
    ("get", "api/staff/contests/<slug:key>/preview"): desk(200),
    ("get", "api/staff/contests/<slug:key>/teams"): desk(200),
    ("post", "api/staff/contests/<slug:key>/teams"): desk(400),  # nothing is sent
    ("delete", "api/staff/contests/<slug:key>/teams/<uuid:uuid>"): desk(404),
    ("get", "api/staff/contests/<slug:key>/monitor"): desk(200),
    ("get", "api/staff/contests/<slug:key>/regrades"): desk(200),
    ("post", "api/staff/contests/<slug:key>/regrades"): desk(400),  # nothing is sent
    # No set of corrected keys was proposed.
    ("get", "api/staff/contests/<slug:key>/regrades/<uuid:uuid>"): desk(404),
    ("post", "api/staff/contests/<slug:key>/regrades/<uuid:uuid>/compute"): desk(404),
    ("post", "api/staff/contests/<slug:key>/regrades/<uuid:uuid>/approve"): desk(404),
    ("post", "api/staff/contests/<slug:key>/regrades/<uuid:uuid>/apply"): desk(404),
    ("post", "api/staff/contests/<slug:key>/regrades/<uuid:uuid>/cancel"): desk(404),
    ("get", "api/staff/contests/<slug:key>/voidings"): desk(200),
    ("post", "api/staff/contests/<slug:key>/voidings"): desk(400),  # nothing is sent
    ("post", "api/staff/contests/<slug:key>/voidings/lookup"): desk(400),
    # Nobody's attempt was voided.
    ("get", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>"): desk(404),
    ("post", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>/approve"): desk(404),
    ("post", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>/withdraw"): desk(404),
    ("post", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>/ask-back"): desk(404),
    ("post", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>/reinstate"): desk(404),
    ("post", "api/staff/contests/<slug:key>/voidings/<uuid:uuid>/keep"): desk(404),
    ("get", "api/staff/essays"): desk(200),
    # Its rules ask for no essay.
    ("get", "api/staff/contests/<slug:key>/essays"): desk(404),
    ("post", "api/staff/contests/<slug:key>/essays/next"): desk(404),
    ("get", "api/staff/contests/<slug:key>/essays/<uuid:uuid>"): desk(404),
    ("put", "api/staff/contests/<slug:key>/essays/<uuid:uuid>/mark"): desk(404),
    ("get", "api/staff/contests/<slug:key>/boards"): desk(200),
    # Another object's name is asked for: the question's, which is no round.
    ("get", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/awards"): desk(404),
    ("post", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/freeze"): desk(404),
    ("post", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/unfreeze"): desk(404),
    ("post", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/propose"): desk(404),
    ("post", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/withdraw"): desk(404),
    ("post", "api/staff/contests/<slug:key>/boards/<uuid:uuid>/confirm"): desk(404),
    ("get", "api/staff/contests/<slug:key>/audit"): desk(200),
    ("get", "api/staff/contests/<slug:key>/questions"): desk(200),
    ("get", "api/staff/contests/<slug:key>/questions/<uuid:uuid>/versions/<int:version>/choices"): desk(404),
    ("get", "api/staff/rounds/<uuid:uuid>/flags"): desk(200),
    ("get", "api/staff/rounds/<uuid:uuid>/devices"): desk(200),
    ("get", "api/staff/topics"): desk(200),
    ("get", "api/staff/questions"): desk(200),
    ("post", "api/staff/questions"): desk(400),  # nothing is sent
    ("get", "api/staff/questions/<uuid:uuid>"): desk(200),
    ("put", "api/staff/questions/<uuid:uuid>"): desk(428),  # no version is named
    ("post", "api/staff/questions/<uuid:uuid>/submit"): desk(409),  # the question is approved already
    ("post", "api/staff/questions/<uuid:uuid>/approve"): desk(409),
    ("post", "api/staff/questions/<uuid:uuid>/return"): desk(400),
    # The owner has an open attempt; who has none and no ward is told to complete the profile.
    ("post", "api/rounds/<uuid:uuid>/attempts"): (401, 200, 409, 409, 409),
    ("get", "api/attempts/<uuid:uuid>"): OWNER,
    ("post", "api/attempts/<uuid:uuid>/answers"): (401, 400, 400, 400, 400),  # nothing is sent: refused for its form
    ("post", "api/attempts/<uuid:uuid>/submit"): OWNER,
    ("get", "api/attempts/<uuid:uuid>/result"): OWNER,
    ("delete", "api/me/consent"): (401, 204, 204, 204, 204),  # the last of all: it ends what was possible before
}
# What must be the same after a refused request.
STORED = (
    "attempts_attempt",
    "attempts_answer",
    "attempts_flag",
    "attempts_devicestart",
    "results_result",
    "results_regrade",
    "results_voiding",
    "results_voidedattempt",
    "results_essaysheet",
    "results_essaymark",
    "standings_boardstate",
    "standings_boardstep",
    "standings_edition",
    "standings_publication",
    "questions_question",
    "questions_questionversion",
    "questions_review",
    "accounts_staffrole",
    "accounts_profile",
    "accounts_identity",
    "units_membership",
)
PARAMETERS = {"api/units": "?facet=territory"}
# Objects that nobody can own; they look the same as another's.
UNKNOWN = [key for key in EXPECTED if "<uuid" in key[1] or "<slug" in key[1]]


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk over every address of the product."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def api_methods() -> set[tuple[str, str]]:
    """Every method of every address below /api, save the one that answers for unknown addresses."""
    found = set()
    for address, pattern in routes():
        view = getattr(pattern.callback, "view_class", None)
        if address.startswith("api/") and view is not None:
            found |= {(method, address) for method in METHODS if hasattr(view, method)}
    return found


@pytest.fixture
def scene(transactional_db: None) -> dict[str, Any]:
    round_ = make_contest(now=clock.now(), key="hoi-thi").rounds.get()
    owner = make_person(name="Canary Owner", email="canary@example.test", territory=make_unit(name="Canary Ward"))
    attempt = start_attempt(person=owner, round=round_, now=clock.now())[0]
    return {"round": round_, "owner": owner, "attempt": attempt, "question": make_question().question}


def caller(kind: str, scene: dict[str, Any]) -> Client:
    people: dict[str, Person | None] = {"anonymous": None, "owner": scene["owner"]}
    if kind not in people:
        people[kind] = make_person(name=f"Người {kind}", roles=[Role(kind)] if kind in {"organizer", "board"} else ())
    client, person = Client(raise_request_exception=False), people[kind]
    if person is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(person)
    return client


def ask(client: Client, method: str, route: str, scene: dict[str, Any], body: Any = None) -> HttpResponse:
    objects = {"rounds": "round", "attempts": "attempt", "staff/rounds": "round"}
    uuid = next((scene[name].uuid for part, name in objects.items() if route.startswith(f"api/{part}/<uuid")), None)
    uuid = uuid or scene["question"].uuid
    key = "15-nq-tw-2022" if "documents" in route else "hoi-thi"
    address = "/" + route.replace("<uuid:uuid>", str(scene.get("unknown") or uuid)).replace(
        "<slug:key>", scene.get("unknown_key") or key
    ).replace("<int:version>", "1")
    data = "{}" if body is None else body
    response: HttpResponse = client.generic(
        method.upper(), address + PARAMETERS.get(route, ""), data, "application/json"
    )
    return response


def everything_stored() -> dict[str, Any]:
    with connection.cursor() as cursor:
        found = {}
        for table in STORED:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t")
            found[table] = cursor.fetchone()
    return found


def test_46_every_address_and_method_has_its_row_in_the_table():
    assert api_methods() == set(EXPECTED)


@pytest.mark.parametrize("kind", CALLERS)
def test_46_every_caller_gets_what_the_table_says(scene: dict[str, Any], kind: str):
    client = caller(kind, scene)
    before = everything_stored()

    answers = {key: ask(client, *key, scene) for key in EXPECTED}

    assert {key: one.status_code for key, one in answers.items()} == {
        key: statuses[CALLERS.index(kind)] for key, statuses in EXPECTED.items()
    }
    if kind != "owner":
        assert everything_stored() == before
        told = "".join(one.content.decode() for key, one in answers.items())
        assert ("Canary Owner" in told, "canary@example.test" in told, str(scene["attempt"].uuid) in told) == (
            False,
        ) * 3


@pytest.mark.parametrize("kind", ["other", "organizer", "board"])
def test_46_anothers_attempt_answers_a_good_body_like_one_that_does_not_exist(scene: dict[str, Any], kind: str):
    client = caller(kind, scene)
    body = '{"answers":[{"item":1,"choice":[1],"seq":1}]}'
    rows = [key for key in EXPECTED if key[1].startswith("api/attempts/")]
    before = everything_stored()

    foreign = [ask(client, *key, scene, body if "answers" in key[1] else None) for key in rows]
    unknown = [ask(client, *key, {**scene, "unknown": uuid4()}, body if "answers" in key[1] else None) for key in rows]

    assert [one.status_code for one in foreign] == [404] * len(rows)
    assert [one.json() for one in foreign] == [one.json() for one in unknown]
    assert everything_stored() == before


@pytest.mark.parametrize("kind", ["owner", "organizer"])
def test_46_objects_that_do_not_exist_are_404(scene: dict[str, Any], kind: str):
    client = caller(kind, scene)
    nothing = {**scene, "unknown": uuid4(), "unknown_key": "khong-co"}
    full = {
        "api/attempts/<uuid:uuid>/answers": '{"answers":[{"item":1,"choice":[1],"seq":1}]}',
        "api/staff/questions/<uuid:uuid>/return": '{"reason":"x"}',
        "api/staff/contests/<slug:key>/voidings/lookup": '{"receipt":"0000-0000-0000"}',
        "api/staff/contests/<slug:key>/teams": '{"team":"secretaries","email":"a@vi-du.vn"}',
    }
    may = [key for key in UNKNOWN if EXPECTED[key][CALLERS.index(kind)] not in {403, 428}]

    assert {key: ask(client, *key, nothing, full.get(key[1])).status_code for key in may} == dict.fromkeys(may, 404)


def test_46_addresses_of_allauth_that_nothing_here_is_made_for_are_closed():
    person = make_person()
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(person)
    closed = [
        "/" + address.replace("<str:flow>", "x")
        for address, pattern in routes()
        if address.startswith("_allauth/") and pattern.name not in OPEN and "<" not in address
    ]

    assert closed != []
    for address in closed:
        assert [
            client.generic(method.upper(), address, "{}", "application/json").status_code for method in METHODS
        ] == [404] * len(METHODS)


def test_43_guessing_at_results_is_slowed_down(transactional_db: None):
    client = caller("other", {"owner": None})

    answers = [client.get(f"/api/attempts/{uuid4()}/result") for _ in range(32)]

    assert [one.status_code for one in answers[:30]] == [404] * 30
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_45_a_shared_link_of_an_attempt_opens_for_its_owner_alone(scene: dict[str, Any]):
    address = f"/api/attempts/{scene['attempt'].uuid}"

    assert caller("owner", scene).get(address).status_code == 200
    assert [caller(kind, scene).get(address).status_code for kind in ("anonymous", "other")] == [401, 404]
    assert Attempt.objects.count() == 1
