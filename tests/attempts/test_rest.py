"""The attempt over HTTP: start, resume, answer without a socket, submit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import expire_overdue
from backend.contests.models import Round
from backend.infra import clock
from backend.questions.models import QuestionVersion
from backend.results.models import Result
from backend.units.models import Membership
from tests.attempts.serving import Running, sign_in, token_of
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


class App:
    """An app that is signed in as one person."""

    def __init__(self, server: Running, person: Person | None) -> None:
        headers = token_of(person) if person else {}
        self.http = httpx.Client(base_url=server.http, headers=headers, timeout=20)

    def start(self, round_: Round | UUID) -> httpx.Response:
        return self.http.post(f"/api/rounds/{getattr(round_, 'uuid', round_)}/attempts")

    def answer(self, attempt: Attempt | str, *answers: Any) -> httpx.Response:
        return self.http.post(f"/api/attempts/{getattr(attempt, 'uuid', attempt)}/answers", json={"answers": answers})

    def submit(self, attempt: Attempt | str, prediction: Any = None) -> httpx.Response:
        uuid = getattr(attempt, "uuid", attempt)
        return self.http.post(f"/api/attempts/{uuid}/submit", json={"prediction": prediction})


Apps = Callable[[Person | None], App]


@pytest.fixture
def app_of(server: Running) -> Iterator[Apps]:
    made: list[App] = []

    def make(person: Person | None) -> App:
        made.append(App(server, person))
        return made[-1]

    yield make
    for one in made:
        one.http.close()


@pytest.fixture
def app(app_of: Apps, citizen: Person) -> App:
    return app_of(citizen)


def an_answer(item: int = 1, choice: Any = (2,), seq: Any = 1) -> dict[str, Any]:
    return {"item": item, "choice": list(choice) if isinstance(choice, tuple) else choice, "seq": seq}


def test_starting_draws_a_paper_and_shows_no_key(app: App, open_round: Round):
    response = app.start(open_round)

    attempt = Attempt.objects.get()
    contents = {v.pk: v for v in QuestionVersion.objects.all()}
    body = response.json()
    assert response.status_code == 201
    assert body == {
        "uuid": str(attempt.uuid),
        "round": str(open_round.uuid),
        "contest": open_round.contest.key,
        "number": 1,
        "state": "open",
        "started_at": body["started_at"],
        "deadline_at": body["deadline_at"],
        "server_time": body["started_at"],
        "items": [
            {
                "item": place,
                "kind": "single",
                "stem": contents[version_id].stem,
                "options": [
                    {"option": at, "text": contents[version_id].options[one - 1]} for at, one in enumerate(order, 1)
                ],
            }
            for place, (version_id, order) in enumerate(attempt.paper, 1)
        ],
        "prediction": {
            "kind": "all_correct_people",
            "label": "Bao nhiêu người sẽ trả lời đúng hết các câu hỏi?",
            "min": 0,
            "max": 10_000_000,
            "decimals": 0,
        },
        "result_shown_at": None,
        "saved": [],
        "receipt": None,
    }
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=15)
    assert attempt.territory_id == Membership.objects.get().unit_id
    assert Membership.objects.get().locked_at is not None


def test_starting_again_returns_the_open_attempt(app: App, open_round: Round):
    first, second = app.start(open_round), app.start(open_round)

    assert (first.status_code, second.status_code) == (201, 200)
    assert {**first.json(), "server_time": ""} == {**second.json(), "server_time": ""}


def test_24_of_fifty_parallel_starts_one_makes_the_attempt(app: App, open_round: Round):
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: app.start(open_round), range(50)))

    assert sorted(response.status_code for response in responses) == [200] * 49 + [201]
    assert len({response.json()["uuid"] for response in responses}) == 1
    assert Attempt.objects.count() == 1


def test_25_over_the_limit_no_attempt_starts(app: App, open_round: Round):
    for _ in range(2):
        app.submit(app.start(open_round).json()["uuid"])

    response = app.start(open_round)

    assert response.status_code == 409
    assert response.json() == {
        "code": "attempt_limit",
        "detail": "Đã dùng hết 2 lượt thi của đợt này.",
        "limit": 2,
    }


def test_an_overdue_attempt_is_ended_before_the_next_starts(app: App, open_round: Round):
    first = app.start(open_round).json()["uuid"]
    Attempt.objects.update(deadline_at=clock.now() - timedelta(seconds=10))

    response = app.start(open_round)

    assert response.status_code == 201
    assert list(Attempt.objects.order_by("number").values_list("number", "state")) == [(1, "expired"), (2, "open")]
    assert Result.objects.get().attempt.uuid == UUID(first)


@pytest.mark.parametrize(
    ("shift", "code", "when"),
    [(timedelta(hours=2), "contest_not_open", "opens_at"), (-timedelta(days=2), "contest_closed", "closes_at")],
)
def test_23_outside_the_round_no_attempt_starts(app_of: Apps, citizen: Person, shift, code, when):
    round_ = make_contest(now=clock.now() + shift).rounds.get()

    response = app_of(citizen).start(round_)

    assert response.status_code == 403
    assert response.json()["code"] == code
    assert {"server_time", when} < response.json().keys()
    assert Attempt.objects.count() == 0


def test_without_a_ward_no_attempt_starts(app_of: Apps, open_round: Round):
    response = app_of(make_person()).start(open_round)

    assert (response.status_code, response.json()["code"]) == (409, "profile_incomplete")


def test_without_consent_no_attempt_starts(app_of: Apps, open_round: Round):
    response = app_of(make_person(territory=make_unit(), consented=False)).start(open_round)

    assert (response.status_code, response.json()["code"]) == (403, "consent_required")


def test_nobody_signed_in_is_401_and_an_unknown_round_404(app_of: Apps, app: App, open_round: Round):
    assert app_of(None).start(open_round).status_code == 401
    assert app.start(uuid4()).status_code == 404


def test_answers_are_saved_refused_and_replayed_one_by_one(app: App, open_attempt: Attempt):
    app.answer(open_attempt, an_answer(1, (2,), 5))

    response = app.answer(
        open_attempt,
        an_answer(1, (3,), 4),
        an_answer(1, (4,), 5),
        an_answer(2, (1,), 6),
        an_answer(9, (1,), 7),
        an_answer(3, (9,), 8),
        an_answer(3, (1, 2), 9),
    )

    assert response.status_code == 200
    assert response.json() == {
        "saved": [{"item": 1, "seq": 5}, {"item": 2, "seq": 6}],
        "refused": [
            {"item": 9, "seq": 7, "code": "unknown_item"},
            {"item": 3, "seq": 8, "code": "unknown_item"},
            {"item": 3, "seq": 9, "code": "bad_choice"},
            {"item": 1, "seq": 5, "code": "seq_conflict"},
        ],
        "server_time": response.json()["server_time"],
    }
    assert list(Answer.objects.order_by("item").values_list("item", "seq", "choice")) == [(1, 5, [2]), (2, 6, [1])]


def test_a_resumed_attempt_shows_everything_saved(app: App, open_attempt: Attempt):
    app.answer(open_attempt, an_answer(1, (2,), 1), an_answer(3, (4,), 2), an_answer(1, (3,), 3))

    body = app.http.get(f"/api/attempts/{open_attempt.uuid}").json()

    assert body["saved"] == [{"item": 1, "seq": 3, "choice": [3]}, {"item": 3, "seq": 2, "choice": [4]}]


MALFORMED = [
    an_answer(seq=1.0),
    an_answer(seq=True),
    an_answer(seq="1"),
    an_answer(seq=-1),
    an_answer(seq=2**63),
    an_answer(seq=None),
    an_answer(choice="1"),
    an_answer(choice=[1.5]),
    an_answer(choice=[1] * 27),
    an_answer(item=0),
    {"item": 1},
    "answer",
]


def test_a_malformed_answer_is_400_and_nothing_is_stored(app: App, open_attempt: Attempt):
    responses = [app.answer(open_attempt, an_answer(2), answer) for answer in MALFORMED]

    assert [(one.status_code, one.json()["code"]) for one in responses] == [(400, "invalid_input")] * len(MALFORMED)
    assert not Answer.objects.exists()


def test_a_broken_body_is_400(app: App, open_attempt: Attempt):
    bodies = [b"{", b"[]", b'{"answers":[]}', b'{"answers":{}}', b"\xff", b"NaN"]
    address = f"/api/attempts/{open_attempt.uuid}/answers"

    responses = [app.http.post(address, content=b, headers={"Content-Type": "application/json"}) for b in bodies]

    assert [(one.status_code, one.json()["code"]) for one in responses] == [(400, "invalid_input")] * len(bodies)


def test_33_after_submit_answers_are_410_and_nothing_is_stored(app: App, open_attempt: Attempt):
    app.submit(open_attempt)

    response = app.answer(open_attempt, an_answer())

    assert (response.status_code, response.json()["code"]) == (410, "attempt_closed")
    assert not Answer.objects.exists()


def test_after_the_deadline_answers_are_410_though_nobody_has_swept(app: App, open_attempt: Attempt):
    Attempt.objects.update(deadline_at=clock.now() - timedelta(seconds=2.5))

    response = app.answer(open_attempt, an_answer())

    assert (response.status_code, response.json()["code"]) == (410, "attempt_closed")
    assert not Answer.objects.exists()


def test_32_submitting_twice_in_parallel_gives_one_result_and_one_receipt(app: App, open_attempt: Attempt):
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda number: app.submit(open_attempt, number), range(8)))

    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert responses[0].json().keys() == {"state", "submitted_at", "receipt", "result_shown_at"}
    assert Result.objects.count() == 1


def test_submitting_after_the_deadline_ends_the_attempt_by_the_clock(app: App, open_attempt: Attempt):
    Attempt.objects.update(deadline_at=clock.now() - timedelta(seconds=10))

    response = app.submit(open_attempt, 5)

    assert (response.status_code, response.json()["state"]) == (200, "expired")
    assert Attempt.objects.get().prediction is None
    assert Result.objects.get().submitted_at == Attempt.objects.get().deadline_at


def test_an_impossible_prediction_is_400_and_the_attempt_stays_open(app: App, open_attempt: Attempt):
    responses = [app.submit(open_attempt, prediction) for prediction in [-1, 10_000_001, "12", 1.5, True, [1]]]

    assert [(one.status_code, list(one.json()["fields"])) for one in responses] == [(400, ["prediction"])] * 6
    assert Attempt.objects.get().state == "open"


def test_anothers_attempt_is_404_everywhere_and_unchanged(app_of: Apps, open_attempt: Attempt):
    stranger = app_of(make_person(territory=make_unit()))

    responses = [
        stranger.http.get(f"/api/attempts/{open_attempt.uuid}"),
        stranger.answer(open_attempt, an_answer()),
        stranger.submit(open_attempt),
    ]

    assert [(one.status_code, one.json()["code"]) for one in responses] == [(404, "not_found")] * 3
    assert Attempt.objects.get().state == "open"
    assert not Answer.objects.exists()


def test_guessing_attempts_is_slowed_down(app_of: Apps, transactional_db: None):
    stranger = app_of(make_person(territory=make_unit()))

    responses = [stranger.http.get(f"/api/attempts/{uuid4()}") for _ in range(35)]

    assert [one.status_code for one in responses[:30]] == [404] * 30
    assert responses[-1].status_code == 429
    assert int(responses[-1].headers["Retry-After"]) >= 1


def test_a_browser_without_the_csrf_token_is_refused(open_attempt: Attempt, citizen: Person):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[settings.SESSION_COOKIE_NAME] = sign_in(citizen)

    response = browser.post(
        f"/api/attempts/{open_attempt.uuid}/answers", {"answers": [an_answer()]}, content_type="application/json"
    )

    assert response.status_code == 403
    assert not Answer.objects.exists()


def test_a_browser_answers_without_a_running_server_loop(open_attempt: Attempt, citizen: Person):
    """The same function serves a thread without a loop: management commands and tests."""
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = sign_in(citizen)

    response = browser.post(
        f"/api/attempts/{open_attempt.uuid}/answers", {"answers": [an_answer()]}, content_type="application/json"
    )

    assert response.json()["saved"] == [{"item": 1, "seq": 1}]
    assert Answer.objects.count() == 1


def test_no_address_of_an_attempt_tells_a_key(app: App, open_round: Round):
    canary = "Giải thích"  # every explanation of the factory begins so
    assert QuestionVersion.objects.filter(explanation__startswith=canary).exists()
    uuid = app.start(open_round).json()["uuid"]

    texts = [
        app.start(open_round).text,
        app.http.get(f"/api/attempts/{uuid}?expand=key&fields=key,explanation").text,
        app.http.options(f"/api/attempts/{uuid}").text,
        app.http.options(f"/api/attempts/{uuid}/answers").text,
        app.http.put(f"/api/attempts/{uuid}").text,
        app.answer(uuid, an_answer(9), an_answer(1)).text,
        app.submit(uuid, "x").text,
        app.submit(uuid).text,
    ]

    assert [text for text in texts if canary in text or "is_correct" in text or '"key"' in text] == []


def test_the_sweeper_ends_those_who_never_came_back(open_attempt: Attempt):
    Attempt.objects.update(deadline_at=clock.now() - timedelta(seconds=10))

    assert expire_overdue(now=clock.now()) == 1
    assert expire_overdue(now=clock.now()) == 0

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.submitted_at, len(attempt.receipt)) == ("expired", attempt.deadline_at, 14)
    assert Result.objects.get().correct_count == 0
